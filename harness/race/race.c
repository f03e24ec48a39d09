/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/race.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/interrupt.h"
#include "harness/judge/judge.h"
#include "harness/plan/flags.h"
#include "harness/race/cell_trial.h"
#include "harness/roster/needs.h"
#include "harness/server/target.h"

/* Rows of requests are written to the file when they reach this size. */
enum { REQUESTS_BYTES = 1 << 20 };

/* The URL of a target, or of the server that all items' URLs begin with. */
static const char *url_of(const struct race *race, size_t i)
{
	return race->urls->count ? race->urls->at[i].text : race->server->url;
}

/* Without a witness, programs cannot be measured. */
static int check_unwitnessed(const struct cell *cell, struct fr_error *err)
{
	if (!(cell->strategy->flags & FR_WITNESS_SAMPLES))
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s is a program, and only a mock server can measure a "
		"program; this target is not one",
		cell->strategy->name);
}

/* Some strategies need plain HTTP and a numeric address. */
static int check_address(
	const struct race *race, const struct cell *cell, struct fr_error *err)
{
	const struct fr_strategy *strategy = cell->strategy;
	const char *url = url_of(race, 0);
	bool secure;
	size_t same;

	if (!(strategy->flags & FR_PLAIN_HTTP))
		return 0;
	secure = strategy->flags & FR_TLS;
	same = strcspn(url + strcspn(url, ":") + 3, "/") + strlen("http://");
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (!target_is_numeric(url_of(race, i), secure) ||
			strncmp(url, url_of(race, i), same + 1) != 0)
			return fr_error_set(err, EXIT_USAGE,
				"%s needs %sa single numeric "
				"address, such as http://127.0.0.1:8080, so it "
				"cannot request %.100s; leave it out with "
				"--exclude strategy=%s",
				strategy->name, secure ? "" : "plain HTTP and ",
				url_of(race, i), strategy->name);
	return 0;
}

/* A flagrace server is asked over TLS as well; others have their URLs. */
static int check_tls(
	struct race *race, const struct cell *cell, struct fr_error *err)
{
	const char *tls = cell->workload.tls;

	if (!workload_is_secure(&cell->workload))
		return 0;
	if (race->server->witness)
		return race->authorities || race->any_certificate
			? 0
			: server_ask_authority(race->server, err);
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (strncmp(url_of(race, i), "https://", 8) != 0)
			return fr_error_set(err, EXIT_USAGE,
				"tls '%s' needs https, but %.100s is plain "
				"HTTP",
				tls, url_of(race, i));
	return 0;
}

/* What a strategy needs over plain HTTP, or to resume sessions, if it does. */
static int check_needs(
	struct race *race, const struct cell *cell, struct fr_error *err)
{
	const struct workload *workload = &cell->workload;

	if (workload_is_secure(workload))
		return workload_is_fresh(workload) &&
				!workload_shakes_fully(workload)
			? needs_check_resuming(cell->strategy, err)
			: 0;
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (strncmp(url_of(race, i), "https://", 8) != 0)
			return needs_check_plain(cell->strategy, err);
	return 0;
}

int race_check(struct race *race, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < race->plan->count && !rc; i++) {
		const struct cell *cell = &race->plan->cells[i];

		if (!race->server->witness)
			rc = check_unwitnessed(cell, err);
		if (!rc)
			rc = check_address(race, cell, err);
		if (!rc)
			rc = check_tls(race, cell, err);
		if (!rc)
			rc = check_needs(race, cell, err);
		if (!rc)
			rc = cell_trial_check(
				race->server, cell, race->seed, err);
	}
	return rc;
}

/*
 * Writes the rows of a trial's requests. They go to the file in portions, since
 * there may be a million; the last portion stays in `requests`.
 */
static int record_requests(struct race *race, const struct account *account,
	const struct trial_row *row, struct csv_text *requests,
	struct fr_error *err)
{
	struct request_row request;
	int rc = 0;

	for (size_t i = 0; i < account->spec->n && !rc; i++) {
		request_row_init(&request);
		memcpy(request.run, row->run, sizeof(request.run));
		memcpy(request.trial, row->trial, sizeof(request.trial));
		judge_request(account, i, &request);
		if (csv_text_add_row(requests, &request_schema, &request))
			rc = fr_error_memory(err);
		else if (requests->length >= REQUESTS_BYTES)
			rc = run_folder_add_requests(
				&race->folder, requests, err);
	}
	return rc;
}

/* Appends a trial that has been judged to the run's files. */
static int record(void *ctx, const struct account *account,
	const struct trial_row *row, struct fr_error *err)
{
	struct race *race = ctx;
	struct csv_text requests = {0}, trial = {0};
	int rc = 0;

	if (csv_text_add_row(&trial, &trial_schema, row))
		rc = fr_error_memory(err);
	if (!rc)
		rc = record_requests(race, account, row, &requests, err);
	if (!rc)
		rc = run_folder_append(&race->folder, &requests, &trial, err);
	csv_text_release(&requests);
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

static const char **urls_of(const struct race *race, bool linked, bool secure)
{
	size_t n = plan_most_requests(race->plan);
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
static int item_urls_init(struct item_urls *urls, const struct race *race)
{
	*urls = (struct item_urls){0};
	for (int i = 0; i < 4; i++) {
		bool linked = i / 2;

		if (linked && !race->server->link)
			continue;
		urls->list[linked][i % 2] = urls_of(race, linked, i % 2);
		if (!urls->list[linked][i % 2]) {
			item_urls_release(urls);
			return -1;
		}
	}
	return 0;
}

/* Runs one trial. */
static enum race_outcome run_cell(struct race *race,
	const struct item_urls *urls, const struct cell *cell, int64_t block,
	size_t number, struct fr_error *err)
{
	struct trial_row row;
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
		.run = race->folder.path,
		.record = record,
		.ctx = race,
	};

	cell_trial_describe(cell, seed, &row);
	row.block = block;
	(void)snprintf(row.run, sizeof(row.run), "%s", race->folder.name);
	(void)snprintf(row.trial, sizeof(row.trial), "%zu", number);
	(void)snprintf(row.suite, sizeof(row.suite), "%s", race->suite);
	race->watch.next(race->watch.ctx, &row);
	switch (cell_trial_run(&trial, &row, err)) {
	case CELL_TRIAL_JUDGED:
		race->watch.judged(race->watch.ctx, &row);
		return RACE_FINISHED;
	case CELL_TRIAL_STOPPED:
		return RACE_INTERRUPTED;
	case CELL_TRIAL_FAILED:
		break;
	}
	return RACE_FAILED;
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
	struct precision *precision = race->precision;

	if (!precision || block < 1)
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
	size_t count = race->plan->count;
	size_t *order = calloc(count, sizeof(*order));
	struct item_urls urls;
	int64_t last = (int64_t)race->blocks;
	size_t number = 0;
	enum race_outcome outcome = RACE_FINISHED;
	int enough = 0;

	if (!order || item_urls_init(&urls, race) < 0) {
		free(order);
		(void)fr_error_memory(err);
		return RACE_FAILED;
	}
	/* Warm-up blocks have the numbers up to 0. */
	for (int64_t block = 1 - (int64_t)race->warmup;
		block <= last && !enough && outcome == RACE_FINISHED; block++) {
		if (plan_order(race->plan, race->seed, block, order)) {
			fr_error_memory(err);
			outcome = RACE_FAILED;
		}
		for (size_t i = 0; i < count && outcome == RACE_FINISHED; i++) {
			/* Numbers follow the plan, whether resumed or not. */
			if (++number <= race->before.trials)
				continue;
			outcome = interrupt_pending(race->stop_fd)
				? RACE_INTERRUPTED
				: run_cell(race, &urls,
					  &race->plan->cells[order[i]], block,
					  number, err);
		}
		/* For the blocks of a resumed run this was done before. */
		if (outcome == RACE_FINISHED && number >= race->before.trials)
			enough = is_enough(race, block, err);
		if (enough < 0)
			outcome = RACE_FAILED;
	}
	free(order);
	item_urls_release(&urls);
	return outcome;
}
