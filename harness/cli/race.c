/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/cli/race.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/cli/interrupt.h"
#include "harness/judge/account.h"
#include "harness/judge/testimony.h"
#include "harness/plan/arrival.h"
#include "harness/plan/flags.h"
#include "harness/trial/clock.h"
#include "harness/trial/descriptors.h"
#include "harness/trial/target.h"
#include "harness/trial/trial.h"

/* Rows of requests are written when there is so much of them. */
enum { REQUESTS_BYTES = 1 << 20 };

/* The server's CPU time, read when the clock is about to start. */
struct server_cpu {
	struct server *server;
	uint64_t before_ns;
	struct fr_error error;
	int rc;
};

static int add_number(char *form, size_t size, const char *key, uint64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, number);
	return http_form_add(form, size, key, text);
}

/* What the server is told of a cell; -1: it does not fit. */
static int server_form(
	char *form, size_t size, const struct cell *cell, uint64_t seed)
{
	form[0] = '\0';
	return http_form_add(form, size, "latency", cell->latency) < 0 ||
			add_number(form, size, "seed", seed) < 0 ||
			add_number(form, size, "payload", cell->payload) < 0 ||
			http_form_add(form, size, "fault",
				cell->fault[0] ? cell->fault : "none") < 0 ||
			add_number(form, size, "capacity", cell->capacity) <
				0 ||
			http_form_add(form, size, "bandwidth",
				cell->bandwidth[0] ? cell->bandwidth : "none") <
				0
		? -1
		: 0;
}

/* Puts a cell's settings in force on the server. */
static int configure(
	struct race *race, const struct cell *cell, struct fr_error *err)
{
	char form[1024];

	if (server_form(form, sizeof(form), cell, race->seed) < 0)
		return fr_error_set(err, EXIT_USAGE,
			"the settings of %s are too long for the server",
			cell->strategy->name);
	return server_configure(race->server, form, err);
}

/* What the items' URLs begin with, or all of each. */
static const char *url_of(const struct race *race, size_t i)
{
	return race->urls->count ? race->urls->at[i].text : race->server->url;
}

/* Where nobody but the client tells what happened, not everything can run. */
static int check_unwitnessed(
	const struct race *race, const struct cell *cell, struct fr_error *err)
{
	const struct fr_strategy *strategy = cell->strategy;
	const char *url = url_of(race, 0);
	size_t same;

	if (strategy->flags & FR_WITNESS_SAMPLES)
		return fr_error_set(err, EXIT_USAGE,
			"%s is a program, which only a witness could measure; "
			"this target is none",
			strategy->name);
	if (!(strategy->flags & FR_PLAIN_HTTP))
		return 0;
	same = strcspn(url + strcspn(url, ":") + 3, "/") + strlen("http://");
	for (size_t i = 0; i == 0 || i < race->urls->count; i++)
		if (!target_is_plain(url_of(race, i)) ||
			strncmp(url, url_of(race, i), same + 1) != 0)
			return fr_error_set(err, EXIT_USAGE,
				"%s speaks plain HTTP to one address, written "
				"as in http://127.0.0.1:8080, and cannot ask "
				"for %.100s; leave it out with --exclude "
				"strategy=%s",
				strategy->name, url_of(race, i),
				strategy->name);
	return 0;
}

int race_check(struct race *race, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < race->plan->count && !rc; i++) {
		const struct cell *cell = &race->plan->cells[i];

		if (!race->server->witness)
			rc = check_unwitnessed(race, cell, err);
		if (!rc)
			rc = descriptors_check(
				cell->strategy, cell->concurrency, err);
		if (!rc)
			rc = configure(race, cell, err);
	}
	return rc;
}

static void read_server_cpu(void *ctx)
{
	struct server_cpu *cpu = ctx;

	cpu->rc = server_cpu_ns(cpu->server, &cpu->before_ns, &cpu->error);
}

/* What becomes of a connection; "": that is the program's own affair. */
static const char *connections_of(const struct cell *cell)
{
	if (cell->strategy->flags & FR_WITNESS_SAMPLES)
		return "";
	return cell->strategy->flags & FR_FRESH_CONNECTIONS
		? "fresh"
		: cell_connections(cell);
}

/* The HTTP version its clients ask for; "": that is the program's own affair. */
static const char *protocol_of(const struct fr_strategy *strategy)
{
	if (strategy->flags & FR_WITNESS_SAMPLES)
		return "";
	return strategy->flags & FR_HTTP2 ? "h2" : "http/1.1";
}

/* The settings of the cell, as the row has them. */
static void describe_cell(const struct cell *cell, struct trial_row *row)
{
	bool program = cell->strategy->flags & FR_WITNESS_SAMPLES;

	row->concurrency = cell->concurrency;
	row->requests = cell->requests;
	row->timeout_ns = cell->timeout_ns;
	if (cell->payload)
		row->payload_bytes = cell->payload;
	if (cell->capacity)
		row->capacity = cell->capacity;
	(void)snprintf(row->strategy, sizeof(row->strategy), "%s",
		cell->strategy->name);
	(void)snprintf(row->latency, sizeof(row->latency), "%s", cell->latency);
	(void)snprintf(row->fault, sizeof(row->fault), "%s", cell->fault);
	(void)snprintf(
		row->bandwidth, sizeof(row->bandwidth), "%s", cell->bandwidth);
	(void)snprintf(
		row->arrivals, sizeof(row->arrivals), "%s", cell->arrivals);
	(void)snprintf(row->protocol, sizeof(row->protocol), "%s",
		protocol_of(cell->strategy));
	(void)snprintf(row->connections, sizeof(row->connections), "%s",
		connections_of(cell));
	(void)snprintf(row->samples, sizeof(row->samples), "%s",
		program ? "witness" : "client");
}

/* What is known of a trial before it runs. */
static void describe(const struct race *race, const struct cell *cell,
	int64_t block, const char *trial, struct trial_row *row)
{
	trial_row_init(row);
	iso_time_now(row->started_at, sizeof(row->started_at));
	row->block = block;
	row->seed = race->seed;
	(void)snprintf(row->run, sizeof(row->run), "%s", race->folder.name);
	(void)snprintf(row->trial, sizeof(row->trial), "%s", trial);
	(void)snprintf(row->suite, sizeof(row->suite), "%s", race->suite);
	describe_cell(cell, row);
}

/*
 * The rows of a trial's requests: most of them go to the file at once, since
 * all of a million would be large; the last ones stay in `requests`.
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
		account_request(account, i, &request);
		if (csv_text_add_row(requests, &request_schema, &request))
			rc = fr_error_set(err, EXIT_INVALID, "out of memory");
		else if (requests->length >= REQUESTS_BYTES)
			rc = run_folder_add_requests(
				&race->folder, requests, err);
	}
	return rc;
}

/* Judges a trial that has ended, and appends it to the run's files. */
static int record(struct race *race, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness,
	struct trial_row *row, struct fr_error *err)
{
	struct csv_text requests, trial;
	struct account account;
	int rc = account_init(&account, spec, result, witness);

	if (rc)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	csv_text_init(&requests);
	csv_text_init(&trial);
	if (account_trial(&account, row) ||
		csv_text_add_row(&trial, &trial_schema, row))
		rc = fr_error_set(err, EXIT_INVALID, "out of memory");
	if (!rc)
		rc = record_requests(race, &account, row, &requests, err);
	if (!rc)
		rc = run_folder_append(&race->folder, &requests, &trial, err);
	csv_text_release(&requests);
	csv_text_release(&trial);
	account_release(&account);
	return rc;
}

/* Asks the server what it saw, and records the trial. */
static int conclude(struct race *race, const struct trial_spec *spec,
	const struct trial_result *result, const struct server_cpu *cpu,
	struct trial_row *row, struct fr_error *err)
{
	struct witness witness;
	uint64_t cpu_ns;
	int rc = server_cpu_ns(race->server, &cpu_ns, err);

	if (rc < 0)
		return rc;
	if (race->server->witness && result->phase >= TRIAL_RUNNING &&
		cpu->rc == 0)
		row->server_cpu_ns = cpu_ns - cpu->before_ns;
	rc = server_witness(race->server, spec->trial, &witness, err);
	if (rc < 0)
		return rc;
	if (spec->strategy->flags & FR_WITNESS_SAMPLES)
		rc = testimony_write(result->samples, spec, result, &witness);
	rc = rc ? fr_error_set(err, EXIT_INVALID, "out of memory")
		: record(race, spec, result, &witness, row, err);
	witness_release(&witness);
	return rc;
}

/*
 * The intended starts of a cell's items, for free(); NULL in a closed loop.
 * They are the same for every strategy and in every block.
 */
static int draw_arrivals(const struct race *race, const struct cell *cell,
	uint64_t **due_ns, struct fr_error *err)
{
	struct arrival arrival;

	*due_ns = NULL;
	if (arrival_parse(&arrival, cell->arrivals, "arrivals", err) < 0)
		return -1;
	if (arrival.kind == ARRIVAL_CLOSED)
		return 0;
	*due_ns = calloc(cell->requests, sizeof(**due_ns));
	if (*due_ns &&
		arrival_times(*due_ns, cell->requests, &arrival, race->seed) ==
			0)
		return 0;
	free(*due_ns);
	return fr_error_set(err, EXIT_INVALID, "out of memory");
}

/* One trial from settings to row. */
static enum race_outcome run_cell(struct race *race, const char *const *urls,
	const struct cell *cell, int64_t block, size_t number,
	struct fr_error *err)
{
	struct server_cpu cpu = {.server = race->server};
	struct trial_result result;
	struct trial_row row;
	char trial[24];
	uint64_t *due_ns;
	struct trial_spec spec = {
		.strategy = cell->strategy,
		.n = cell->requests,
		.concurrency = cell->concurrency,
		.urls = urls,
		.trial = trial,
		.unwitnessed = !race->server->witness,
		.http.timeout_ms = (unsigned)(cell->timeout_ns / NS_PER_MS),
		.http.fresh_connections = cell->fresh_connections,
		.before_go = read_server_cpu,
		.ctx = &cpu,
		.bystander = race->server->pid,
		.stop_fd = race->stop_fd,
	};
	enum race_outcome outcome = RACE_FINISHED;

	(void)snprintf(trial, sizeof(trial), "%zu", number);
	describe(race, cell, block, trial, &row);
	progress_next(&race->progress, &row);
	if (draw_arrivals(race, cell, &due_ns, err) < 0)
		return RACE_FAILED;
	spec.due_ns = due_ns;
	if (configure(race, cell, err) < 0 ||
		trial_run(&result, &spec, err) < 0) {
		free(due_ns);
		return RACE_FAILED;
	}
	if (result.end == TRIAL_STOPPED)
		outcome = RACE_INTERRUPTED;
	else if (conclude(race, &spec, &result, &cpu, &row, err) < 0)
		outcome = RACE_FAILED;
	else
		progress_done(&race->progress, &row);
	trial_release(&result);
	free(due_ns);
	return outcome;
}

/* The URL of each item, for free(); NULL when there is no memory. */
static const char **item_urls(const struct race *race)
{
	size_t n = plan_most_requests(race->plan);
	const char **urls;

	if (!race->urls->count)
		return flag_urls(race->server->url, n);
	urls = calloc(n, sizeof(*urls));
	for (size_t i = 0; urls && i < n; i++)
		urls[i] = race->urls->at[i % race->urls->count].text;
	return urls;
}

/* Whether the blocks so far tell enough. Returns 1, 0, or -1 with *err. */
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
	const char **urls = item_urls(race);
	int64_t last = (int64_t)race->blocks;
	size_t number = 0;
	enum race_outcome outcome = RACE_FINISHED;
	int enough = 0;

	if (!order || !urls) {
		fr_error_set(err, EXIT_INVALID, "out of memory");
		outcome = RACE_FAILED;
	}
	/* Warm-up blocks have numbers up to 0. */
	for (int64_t block = 1 - (int64_t)race->warmup;
		block <= last && !enough && outcome == RACE_FINISHED; block++) {
		plan_order(race->plan, race->seed, block, order);
		for (size_t i = 0; i < count && outcome == RACE_FINISHED; i++) {
			/* By its place in the plan, resumed or not. */
			if (++number <= race->before.trials)
				continue;
			outcome = interrupt_pending(race->stop_fd)
				? RACE_INTERRUPTED
				: run_cell(race, urls,
					  &race->plan->cells[order[i]], block,
					  number, err);
		}
		/* Blocks that lie behind a resumed run have been judged. */
		if (outcome == RACE_FINISHED && number >= race->before.trials)
			enough = is_enough(race, block, err);
		if (enough < 0)
			outcome = RACE_FAILED;
	}
	progress_clear(&race->progress);
	free(order);
	free(urls);
	return outcome;
}
