/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/race.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/interrupt.h"
#include "harness/judge/judge.h"
#include "harness/plan/flags.h"
#include "harness/race/cell_trial.h"
#include "harness/record/host.h"

/* Rows are written to a file when they reach this size: there may be a million. */
enum { PORTION_BYTES = 1 << 20 };

/* Adds a row to the text, which goes to the file in portions. */
static int add_row(struct race *race, enum run_file_kind kind,
	struct csv_text *text, const void *row, struct fr_error *err)
{
	if (csv_text_add_row(text, run_file_schema(kind), row))
		return fr_error_memory(err);
	return text->length < PORTION_BYTES
		? 0
		: run_folder_add(&race->folder, kind, text, err);
}

static int record_requests(struct race *race, const struct account *account,
	const struct trial_row *row, struct csv_text *text,
	struct fr_error *err)
{
	struct request_row request;
	int rc = 0;

	for (size_t i = 0; i < account->spec->n && !rc; i++) {
		request_row_init(&request);
		memcpy(request.run, row->run, sizeof(request.run));
		memcpy(request.trial, row->trial, sizeof(request.trial));
		judge_request(account, i, &request);
		rc = add_row(race, RUN_REQUESTS, text, &request, err);
	}
	return rc ? rc : run_folder_add(&race->folder, RUN_REQUESTS, text, err);
}

static int record_connections(struct race *race, const struct account *account,
	const struct trial_row *row, struct csv_text *text,
	struct fr_error *err)
{
	struct connection_row connection;
	int rc = 0;

	for (size_t i = 0; i < account->witness->accepted_count && !rc; i++) {
		connection_row_init(&connection);
		memcpy(connection.run, row->run, sizeof(connection.run));
		memcpy(connection.trial, row->trial, sizeof(connection.trial));
		judge_connection(account, i, &connection);
		rc = add_row(race, RUN_CONNECTIONS, text, &connection, err);
	}
	return rc ? rc
		  : run_folder_add(&race->folder, RUN_CONNECTIONS, text, err);
}

static int record_hosts(struct race *race, const struct account *account,
	const struct trial_row *row, struct csv_text *text,
	struct fr_error *err)
{
	struct trial_host_row host;
	int rc = 0;

	for (unsigned h = 0; h < account->result->host_count && !rc; h++) {
		trial_host_row_init(&host);
		memcpy(host.run, row->run, sizeof(host.run));
		memcpy(host.trial, row->trial, sizeof(host.trial));
		judge_host(account, h, &host);
		rc = add_row(race, RUN_HOSTS, text, &host, err);
	}
	return rc ? rc : run_folder_add(&race->folder, RUN_HOSTS, text, err);
}

/* Appends a trial that has been judged to the run's files. */
static int record(void *ctx, const struct account *account,
	const struct trial_row *row, struct fr_error *err)
{
	struct race *race = ctx;
	struct csv_text rows = {0}, trial = {0};
	int rc = 0;

	if (csv_text_add_row(&trial, &trial_schema, row))
		rc = fr_error_memory(err);
	if (!rc)
		rc = record_requests(race, account, row, &rows, err);
	if (!rc)
		rc = record_connections(race, account, row, &rows, err);
	if (!rc)
		rc = record_hosts(race, account, row, &rows, err);
	if (!rc)
		rc = run_folder_append(&race->folder, &trial, err);
	csv_text_release(&rows);
	csv_text_release(&trial);
	return rc;
}

/* The URL of each item, [1] through the server's link, [..][1] with TLS. */
struct item_urls {
	const char **list[2][2]; /* NULL: the server cannot be asked so */
};

static void item_urls_release(struct item_urls *urls)
{
	for (int i = 0; i < 4; i++)
		free(urls->list[i / 2][i % 2]);
}

static const char **urls_of(
	const struct race *race, size_t n, bool linked, bool secure)
{
	char origin[SERVER_ORIGIN_MAX];
	const char **list;

	if (!race->urls->count) {
		server_origin(origin, race->server, linked, secure);
		return flag_urls(origin, n);
	}
	list = calloc(n, sizeof(*list));
	for (size_t i = 0; list && i < n; i++)
		list[i] = race->urls->at[i % race->urls->count].text;
	return list;
}

/* Returns 0 or -1: no memory, and there is nothing to release. */
static int item_urls_init(
	struct item_urls *urls, const struct race *race, size_t n)
{
	*urls = (struct item_urls){0};
	for (int i = 0; i < 4; i++) {
		bool linked = i / 2;

		if (linked && !race->server->link)
			continue;
		urls->list[linked][i % 2] = urls_of(race, n, linked, i % 2);
		if (!urls->list[linked][i % 2]) {
			item_urls_release(urls);
			return -1;
		}
	}
	return 0;
}

/* Which shard it is, and the machine's name, which other runs do not tell. */
static void describe_shard(const struct shard *shard, struct trial_row *row)
{
	(void)snprintf(row->shard, sizeof(row->shard), "%u/%u",
		(unsigned)shard->number, (unsigned)shard->count);
	host_name(row->host, sizeof(row->host));
}

size_t race_trial_at(const struct race *race, size_t position)
{
	/* A race that grows has blocks of different lengths, and no shards. */
	return race->shard.count ? shard_trial_at(&race->shard, position,
					   race->plan->count, race->warmup)
				 : position;
}

/* Whether enough hosts are left to go on. */
static bool has_hosts(const struct race *race, const struct trial_row *row,
	struct fr_error *err)
{
	const struct trial_hosts *hosts = race->hosts;

	if (!hosts || hosts->count >= hosts->minimum)
		return true;
	(void)fr_error_set(err, EXIT_INVALID,
		"trial %s: %s; %u of %u hosts that are needed (--hosts-min) "
		"are left; to go on with them: flagrace-mpi run --resume %s",
		row->trial, row->reason, hosts->count, hosts->minimum,
		race->folder.path);
	return false;
}

/* Runs the trial at race->position. */
static enum race_outcome run_cell(struct race *race,
	const struct item_urls *urls, const struct cell *cell, int64_t block,
	struct trial_row *row, struct fr_error *err)
{
	uint64_t seed = plan_seed(race->seed, block);
	const struct cell_trial trial = {
		.cell = cell,
		.server = race->server,
		.urls = urls->list[cell->workload.link[0] != '\0']
				  [workload_is_secure(&cell->workload)],
		.authorities = race->authorities ? race->authorities
						 : race->server->authority,
		.any_certificate = race->any_certificate,
		.seed = seed,
		.stop_fd = race->stop_fd,
		.hosts = race->hosts,
		.run = race->folder.path,
		.record = record,
		.ctx = race,
	};

	cell_trial_describe(cell, seed, row);
	row->block = block;
	(void)snprintf(row->run, sizeof(row->run), "%s", race->folder.name);
	(void)snprintf(row->trial, sizeof(row->trial), "%zu",
		race_trial_at(race, race->position));
	if (race->shard.count)
		describe_shard(&race->shard, row);
	(void)snprintf(row->suite, sizeof(row->suite), "%s", race->suite);
	race->watch.next(race->watch.ctx, row);
	switch (cell_trial_run(&trial, row, err)) {
	case CELL_TRIAL_JUDGED:
		race->watch.judged(race->watch.ctx, row);
		return has_hosts(race, row, err) ? RACE_FINISHED : RACE_FAILED;
	case CELL_TRIAL_STOPPED:
		return RACE_INTERRUPTED;
	case CELL_TRIAL_FAILED:
		break;
	}
	return RACE_FAILED;
}

int race_check_row(const struct cell *cell, int64_t block, size_t number,
	const struct trial_row *row, struct fr_error *err)
{
	if (row->block == block &&
		strcmp(row->strategy, cell->strategy->name) == 0 &&
		row->concurrency == cell->concurrency &&
		row->workload.requests == cell->workload.requests &&
		strcmp(row->workload.latency, cell->workload.latency) == 0 &&
		strcmp(row->workload.arrivals, cell->workload.arrivals) == 0)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s: trial %zu is %s@%" PRIu64 ", %s, of block %" PRId64
		"; according to run.json it is %s@%u, %s, of block %" PRId64,
		trial_schema.file, number, row->strategy, row->concurrency,
		row->workload.latency, row->block, cell->strategy->name,
		cell->concurrency, cell->workload.latency, block);
}

/* Takes the row of a trial that a resumed run has done. */
static enum race_outcome recall(const struct race *race,
	const struct cell *cell, int64_t block, struct trial_row *row,
	struct fr_error *err)
{
	/* The rows of a race that does not grow were checked before. */
	if (!race->grows)
		return RACE_FINISHED;
	*row = race->done[race->position - 1];
	return race_check_row(cell, block, race->position, row, err) < 0
		? RACE_FAILED
		: RACE_FINISHED;
}

/* Runs the plan's cells once. rows[i] is the row of cell i; NULL: unwanted. */
static enum race_outcome run_block(struct race *race,
	const struct item_urls *urls, const struct plan *plan, int64_t block,
	struct trial_row *rows, struct fr_error *err)
{
	size_t *order = calloc(plan->count, sizeof(*order));
	enum race_outcome outcome = RACE_FINISHED;

	if (!order || plan_order(plan, race->seed, block, order)) {
		(void)fr_error_memory(err);
		outcome = RACE_FAILED;
	}
	for (size_t i = 0; i < plan->count && outcome == RACE_FINISHED; i++) {
		const struct cell *cell = &plan->cells[order[i]];
		struct trial_row unwanted = {0};
		struct trial_row *row = rows ? &rows[order[i]] : &unwanted;

		/* Numbers follow the plan, whether resumed or not. */
		if (++race->position <= race->before.trials)
			outcome = recall(race, cell, block, row, err);
		else
			outcome = interrupt_pending(race->stop_fd)
				? RACE_INTERRUPTED
				: run_cell(race, urls, cell, block, row, err);
	}
	free(order);
	return outcome;
}

enum race_outcome race_block(struct race *race, const struct plan *plan,
	int64_t block, struct trial_row *rows, struct fr_error *err)
{
	enum race_outcome outcome;
	struct item_urls urls;

	if (item_urls_init(&urls, race, plan_most_requests(plan)) < 0) {
		(void)fr_error_memory(err);
		return RACE_FAILED;
	}
	outcome = run_block(race, &urls, plan, block, rows, err);
	item_urls_release(&urls);
	return outcome;
}

/* Infinite for a cell without an interval (NaN). */
static double width_of(const struct estimate *estimate)
{
	double width = (estimate->high - estimate->low) / estimate->value;

	return isnan(width) ? INFINITY : width;
}

/*
 * Fills in `reached` and `widest` from the trials so far; the floor does not
 * count.
 */
static int precision_measure(
	struct precision *precision, const char *folder, struct fr_error *err)
{
	const struct summary_terms terms = {.clock = precision->clock};
	struct summary *summary;
	int rc = summary_create(&summary, &folder, 1, &terms, err);

	if (rc < 0)
		return rc;
	precision->reached = 0;
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		double width = width_of(summary_clock_of(summary, row));

		if (summary_is_floor(row) || width <= precision->reached)
			continue;
		precision->reached = width;
		summary_label(precision->widest, row);
	}
	summary_free(summary);
	return 0;
}

/* Whether the wanted precision is reached. Returns 1, 0, or -1 with *err. */
static int is_enough(struct race *race, int64_t block, struct fr_error *err)
{
	struct precision *precision = &race->precision;

	if (!(precision->wanted > 0) || block < 1)
		return 0;
	precision->blocks = (uint64_t)block;
	if (precision->blocks < precision->blocks_min)
		return 0;
	if (precision_measure(precision, race->folder.path, err) < 0)
		return -1;
	return precision->reached <= precision->wanted;
}

enum race_outcome race_run(struct race *race, struct fr_error *err)
{
	struct item_urls urls;
	int64_t last = (int64_t)race->blocks;
	enum race_outcome outcome = RACE_FINISHED;
	int enough = 0;

	if (item_urls_init(&urls, race, plan_most_requests(race->plan)) < 0) {
		(void)fr_error_memory(err);
		return RACE_FAILED;
	}
	/* Warm-up blocks have the numbers up to 0. */
	for (int64_t block = 1 - (int64_t)race->warmup;
		block <= last && !enough && outcome == RACE_FINISHED; block++) {
		if (!shard_has(&race->shard, block))
			continue;
		outcome = run_block(race, &urls, race->plan, block, NULL, err);
		/* For the blocks of a resumed run this was done before. */
		if (outcome == RACE_FINISHED &&
			race->position >= race->before.trials)
			enough = is_enough(race, block, err);
		if (enough < 0)
			outcome = RACE_FAILED;
	}
	item_urls_release(&urls);
	return outcome;
}
