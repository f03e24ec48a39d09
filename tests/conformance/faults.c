/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server that misbehaves. The record of each item must be what the server says
 * that it did to that item, for exactly the items that it hit.
 */
#include "tests/conformance/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/account/cause.h"
#include "harness/roster/registry.h"

enum { SLOW_BYTES_PER_S = 20000, TIMEOUT_MIN_MS = 250, TIMEOUT_MAX_MS = 16000 };

/* What became of an item by the server's account, the last time it came. */
struct fate {
	char fault[16]; /* "": none */
	int http_status;
	uint64_t sent_ns; /* 0: nothing was sent */
	bool complete;    /* the whole answer was sent */
};

/* Takes the next field of a line of CSV that has no quotes. */
static const char *next_field(char **line)
{
	const char *field = strsep(line, ",\r");

	if (!field)
		fail_msg("a row of the witness is too short");
	return field ? field : "";
}

static void read_fate(char *line, struct fate *fates, size_t n)
{
	size_t item = strtoul(next_field(&line), NULL, 10);
	struct fate fate = {0};

	for (int skipped = 1; skipped < 4; skipped++)
		(void)next_field(&line);
	fate.sent_ns = strtoull(next_field(&line), NULL, 10);
	fate.complete = *next_field(&line) != '\0';
	for (int skipped = 6; skipped < 9; skipped++)
		(void)next_field(&line);
	fate.http_status = atoi(next_field(&line));
	(void)snprintf(fate.fault, sizeof(fate.fault), "%s", next_field(&line));
	assert_true(item < n);
	fates[item] = fate;
}

static int add_piece(void *ctx, const char *bytes, size_t length)
{
	return fwrite(bytes, 1, length, ctx) == length ? 0 : -1;
}

static struct fate *read_fates(struct bench *bench, size_t n)
{
	static const char columns[] =
		"item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
		"in_flight_at_arrival,connection,status,fault,";
	struct fate *fates = calloc(n, sizeof(*fates));
	struct http_answer answer;
	struct fr_error err;
	char *text, *rest, *line;
	size_t length;
	FILE *csv = open_memstream(&text, &length);

	assert_non_null(fates);
	assert_non_null(csv);
	if (http_fetch(&bench->server.http, "/_flagrace/witness?trial=" TRIAL,
		    add_piece, csv, &answer, &err) < 0)
		bench_fail(bench, &err);
	assert_int_equal(fclose(csv), 0);
	rest = text;
	line = strsep(&rest, "\n");
	assert_memory_equal(line, columns, sizeof(columns) - 1);
	while ((line = strsep(&rest, "\n")) && *line)
		read_fate(line, fates, n);
	free(text);
	return fates;
}

static bool is_fault(const struct fate *fate, const char *name)
{
	return strcmp(fate->fault, name) == 0;
}

static bool is_cut_off(const struct fate *fate)
{
	return is_fault(fate, "reset") || is_fault(fate, "reset-body") ||
		is_fault(fate, "truncate");
}

/* Of HTTP/2 it is the stream that is reset, whatever the fault. */
static void assert_cause(const struct bench *bench,
	const struct fr_sample *sample, const struct fate *fate)
{
	bool streams = bench->strategy->flags & FR_HTTP2;
	char cause[CAUSE_MAX];

	cause_of(cause, sample);
	assert_string_equal(cause,
		is_fault(fate, "truncate") && !streams ? "cut-short" : "reset");
}

/* A witness knows neither a client's error nor when it had read the body. */
static void assert_recorded(const struct bench *bench,
	const struct fr_sample *sample, const struct fate *fate)
{
	/* A body takes its time on the server, however late it is read. */
	uint64_t body_ns =
		sample->body_bytes * UINT64_C(1000000000) / SLOW_BYTES_PER_S;

	if (is_cut_off(fate)) {
		assert_int_equal(sample->status, FR_NET_ERROR);
		assert_cause(bench, sample, fate);
		return;
	}
	assert_int_equal(sample->status,
		is_fault(fate, "status") ? FR_HTTP_ERROR : FR_OK);
	assert_int_equal(sample->http_status, fate->http_status);
	assert_int_equal(sample->error, 0);
	if (is_fault(fate, "slow-body") && !is_program(bench))
		assert_true(sample->end_ns - fate->sent_ns >= body_ns * 9 / 10);
}

void each_fault_is_recorded_for_the_items_it_hits(void **state)
{
	static const char *const kinds[] = {
		"", "status", "reset", "reset-body", "truncate", "slow-body"};
	enum { N = 60, KINDS = sizeof(kinds) / sizeof(kinds[0]) };
	struct bench *bench = *state;
	const char **urls = flag_urls(bench->origin, N);
	unsigned seen[KINDS] = {0};
	struct fate *fates;
	struct run run;

	assert_non_null(urls);
	run_trial(bench, &run,
		"latency=1ms&seed=7&fault=404%3A8%25%2C503%3A8%25%2C"
		"reset%3A8%25%2Creset-body%3A8%25%2Ctruncate%3A8%25%2C"
		"slow-body%3A20kB%2Fs%3A8%25",
		N, 5, 30000, urls);
	fates = read_fates(bench, N);
	for (size_t i = 0; i < N && !is_offline(bench); i++) {
		assert_recorded(bench, &run.result.samples[i], &fates[i]);
		for (size_t k = 0; k < KINDS; k++)
			seen[k] += is_fault(&fates[i], kinds[k]);
	}
	for (size_t k = 0; k < KINDS && !is_offline(bench); k++)
		assert_int_not_equal(seen[k], 0);
	assert_valid(&run);
	free(fates);
	run_release(&run);
	free(urls);
}

/* Only the first ten requests find a token, whichever items they are for. */
void beyond_a_limit_each_item_fails_by_itself(void **state)
{
	enum { N = 40, BURST = 10 };
	struct bench *bench = *state;
	const char **urls = flag_urls(bench->origin, N);
	struct fate *fates;
	size_t ok = 0;
	struct run run;

	assert_non_null(urls);
	run_trial(bench, &run,
		"latency=1ms&seed=7&fault=none&limit=0.001%2Fs%2Cburst%3D10", N,
		7, 30000, urls);
	fates = read_fates(bench, N);
	for (size_t i = 0; i < N && !is_offline(bench); i++) {
		const struct fr_sample *sample = &run.result.samples[i];
		bool refused = is_fault(&fates[i], "limit");

		assert_int_equal(sample->http_status, refused ? 429 : 200);
		assert_int_equal(
			sample->status, refused ? FR_HTTP_ERROR : FR_OK);
		ok += !refused;
	}
	assert_int_equal(ok, is_offline(bench) ? 0 : BURST);
	assert_valid(&run);
	free(fates);
	run_release(&run);
	free(urls);
}

/* How many items were answered, but later than the client had patience. */
static size_t count_late(const struct run *run, const struct fate *fates)
{
	size_t late = 0;

	for (size_t i = 0; i < run->spec.n; i++)
		late += fates[i].complete &&
			run->result.samples[i].status == FR_TIMEOUT;
	return late;
}

/*
 * An item is unanswered when it met a fault, or when it waited on a connection
 * behind one that did. A busy machine may be late with the others as well:
 * then all is tried again with more patience.
 */
void only_what_is_not_answered_in_time_times_out(void **state)
{
	enum { N = 20 };
	struct bench *bench = *state;
	const char **urls = flag_urls(bench->origin, N);
	struct fate *fates = NULL;
	struct run run = {0};
	unsigned hit = 0;
	size_t late = 1;

	assert_non_null(urls);
	for (unsigned ms = TIMEOUT_MIN_MS; late && ms <= TIMEOUT_MAX_MS;
		ms *= 4) {
		run_release(&run);
		free(fates);
		run_trial(bench, &run,
			"latency=1ms&seed=7&fault=stall%3A8%25%2C"
			"slow-body%3A1B%2Fs%3A8%25",
			N, 5, ms, urls);
		fates = read_fates(bench, N);
		late = is_offline(bench) ? 0 : count_late(&run, fates);
	}
	for (size_t i = 0; i < N && !is_offline(bench); i++) {
		const struct fr_sample *sample = &run.result.samples[i];

		assert_int_equal(
			sample->status, fates[i].complete ? FR_OK : FR_TIMEOUT);
		if (fates[i].fault[0])
			assert_int_equal(sample->status, FR_TIMEOUT);
		hit += fates[i].fault[0] != '\0';
	}
	assert_true(is_offline(bench) || (hit > 0 && hit < N / 2));
	assert_valid(&run);
	free(fates);
	run_release(&run);
	free(urls);
}

/*
 * The answer counts, though its connection ends against the promise to keep
 * it, and what was sent behind it in vain is sent again. Of HTTP/2 other
 * streams' answers may be half there.
 */
void a_connection_that_ends_behind_an_answer_costs_none(void **state)
{
	enum { N = 60 };
	struct bench *bench = *state;
	bool streams = bench->strategy->flags & FR_HTTP2;
	const char **urls = flag_urls(bench->origin, N);
	struct fate *fates;
	unsigned hit = 0;
	struct run run;

	assert_non_null(urls);
	run_trial(bench, &run, "latency=1ms&seed=7&fault=close%3A20%25", N, 5,
		30000, urls);
	fates = read_fates(bench, N);
	for (size_t i = 0; i < N && !is_offline(bench); i++) {
		bool cut_off = streams && !fates[i].complete;

		assert_int_equal(run.result.samples[i].status,
			cut_off ? FR_NET_ERROR : FR_OK);
		hit += fates[i].complete && is_fault(&fates[i], "close");
	}
	assert_valid(&run);
	/* Each of them was its connection's last. */
	assert_true(is_offline(bench) ||
		(hit > 0 && run.row.connections_opened >= hit));
	free(fates);
	run_release(&run);
	free(urls);
}

/* How often the server refused item i, and how often it met the item. */
static unsigned count_refused(const struct run *run, size_t i, unsigned *met)
{
	const struct witness *witness = &run->witness;
	unsigned refused = 0;

	*met = 0;
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *row = &witness->rows[r];

		*met += row->item == i;
		refused += row->item == i && row->fault == WITNESS_REFUSED;
	}
	return refused;
}

/*
 * Each refused stream is requested once more, and the requests beyond a GOAWAY
 * on the next connection, all without --retry. HTTP/1.1 cannot refuse streams.
 */
void what_was_not_processed_is_sent_again(void **state)
{
	enum { N = 60 };
	struct bench *bench = *state;
	bool streams = bench->strategy->flags & FR_HTTP2;
	const char **urls = flag_urls(bench->origin, N);
	unsigned refused = 0, went = 0;
	struct fate *fates;
	struct run run;

	assert_non_null(urls);
	run_trial(bench, &run,
		"latency=1ms&seed=7&fault=refused%3A20%25%2Cgoaway%3A10%25", N,
		5, 30000, urls);
	fates = read_fates(bench, N);
	for (size_t i = 0; i < N && !is_offline(bench); i++) {
		const struct fr_sample *sample = &run.result.samples[i];
		unsigned met, times = count_refused(&run, i, &met);

		assert_int_equal(sample->status, FR_OK);
		assert_int_equal(met, 1 + times);
		assert_true(sample->attempts >= met);
		assert_int_equal(sample->retries, 0);
		refused += times;
		went += is_fault(&fates[i], "goaway");
	}
	assert_valid(&run);
	assert_int_equal(refused > 0, streams);
	/* Each of them was its connection's last. */
	assert_true(is_offline(bench) ||
		(went > 0 && run.row.connections_opened >= went));
	free(fates);
	run_release(&run);
	free(urls);
}

/* The same items, for the faults are drawn by item, whichever client asks. */
void a_program_meets_the_faults_that_a_client_records(void **state)
{
	static const char settings[] =
		"latency=1ms&seed=7&fault=404%3A8%25%2C503%3A8%25%2C"
		"reset%3A8%25%2Ctruncate%3A8%25";
	enum { N = 100 };
	struct bench *bench = *state, with_client = *bench;
	const char **urls = flag_urls(bench->origin, N);
	unsigned seen[FR_STATUS_COUNT] = {0};
	struct run program, client;
	struct fr_error err;

	assert_non_null(urls);
	with_client.strategy = registry_find("sequential", &err);
	assert_non_null(with_client.strategy);
	run_trial(bench, &program, settings, N, 5, 30000, urls);
	assert_valid(&program);
	run_trial(&with_client, &client, settings, N, 1, 30000, urls);
	assert_valid(&client);
	for (size_t i = 0; i < N; i++) {
		const struct fr_sample *its = &program.result.samples[i];
		const struct fr_sample *ours = &client.result.samples[i];

		assert_int_equal(its->status, ours->status);
		if (ours->status != FR_NET_ERROR)
			assert_int_equal(its->http_status, ours->http_status);
		seen[ours->status]++;
	}
	assert_true(seen[FR_OK] && seen[FR_HTTP_ERROR] && seen[FR_NET_ERROR]);
	run_release(&program);
	run_release(&client);
	free(urls);
}
