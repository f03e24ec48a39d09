/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Items that are tried again: whichever strategy it is, the same items fail the
 * same number of times, and all are served in the end.
 */
#include "tests/conformance/bench.h"

#include <stdlib.h>

#include "harness/client/retry.h"
#include "mock_server/mock_server.h"

enum { N = 40, CONCURRENCY = 7, SEED = 7 };

/* The faults of a case, and the policy that gets over them. */
struct trouble {
	const char *fault;    /* for the schedule that the test draws */
	const char *settings; /* for the server: the same */
	const char *policy;
	unsigned timeout_ms;
};

/* Tries of item i that fail before the first one that does not. */
static unsigned failures_of(const struct mock_schedule *schedule, size_t i)
{
	unsigned failed = 0;

	while (mock_schedule_draw(schedule, i, failed + 1).fault)
		failed++;
	return failed;
}

static struct mock_schedule *open_schedule(const struct trouble *trouble)
{
	const struct mock_setting settings[] = {
		{"latency", "2ms"}, {"seed", "7"}, {"fault", trouble->fault}};
	struct mock_schedule *schedule;
	struct mock_error err = {""};

	if (mock_schedule_open(&schedule, settings, 3, &err) < 0)
		fail_msg("%s", err.text);
	return schedule;
}

/* exactly: nothing but the faults makes a try fail, however busy the machine. */
static void assert_tried(const struct run *run,
	const struct mock_schedule *schedule, bool exactly)
{
	for (size_t i = 0; i < N; i++) {
		const struct fr_sample *sample = &run->result.samples[i];
		unsigned failures = failures_of(schedule, i);

		assert_int_equal(sample->status, FR_OK);
		assert_true(sample->retries >= failures);
		assert_true(!exactly || sample->retries == failures);
		assert_true(sample->attempts > sample->retries);
		if (sample->retries) {
			assert_true(sample->tried_ns >= sample->due_ns);
			assert_true(sample->due_ns > sample->start_ns);
		}
	}
	assert_true(run->row.efficiency <= 1);
}

static void meet(
	struct bench *bench, const struct trouble *trouble, bool exactly)
{
	struct mock_schedule *schedule = open_schedule(trouble);
	struct fr_retry retry = {.seed = SEED};
	const char **urls = flag_urls(bench->origin, N);
	struct fr_error err;
	struct run run;

	assert_non_null(urls);
	if (retry_parse(&retry.spec, trouble->policy, "retry", &err) < 0)
		fail_msg("%s", err.text);
	bench->retry = &retry;
	bench->schedule = schedule;
	run_trial(bench, &run, trouble->settings, N, CONCURRENCY,
		trouble->timeout_ms, urls);
	bench->retry = NULL;
	bench->schedule = NULL;
	assert_valid(&run);
	if (!is_offline(bench))
		assert_tried(&run, schedule, exactly);
	run_release(&run);
	free(urls);
	mock_schedule_close(schedule);
}

void the_same_items_are_tried_again_after_an_error(void **state)
{
	static const struct trouble trouble = {.fault = "503:30%",
		.settings = "latency=2ms&seed=7&fault=503%3A30%25",
		.policy = "20,backoff=1ms..8ms,after=3ms,on=503",
		.timeout_ms = 30000};

	meet(*state, &trouble, true);
}

void the_same_items_are_tried_again_after_a_reset(void **state)
{
	static const struct trouble trouble = {
		.fault = "reset:20%,reset-body:5%,truncate:5%",
		.settings = "latency=2ms&seed=7&fault=reset%3A20%25%2C"
			    "reset-body%3A5%25%2Ctruncate%3A5%25",
		.policy = "20,backoff=1ms..8ms,on=reset",
		.timeout_ms = 30000};

	meet(*state, &trouble, true);
}

void an_item_is_tried_again_after_its_timeout(void **state)
{
	static const struct trouble trouble = {.fault = "stall:5%",
		.settings = "latency=2ms&seed=7&fault=stall%3A5%25",
		.policy = "50,backoff=1ms..8ms,on=timeout",
		.timeout_ms = 250};

	meet(*state, &trouble, false);
}

/* The server lets in one request in 3 ms, whoever asks how often. */
void a_rate_limit_costs_tries_but_no_item(void **state)
{
	static const struct trouble trouble = {.fault = "none",
		.settings = "latency=2ms&seed=7&fault=none&"
			    "limit=333%2Fs%2Cburst%3D5",
		.policy = "99,backoff=2ms..32ms,after=10ms,on=429",
		.timeout_ms = 30000};

	meet(*state, &trouble, false);
}
