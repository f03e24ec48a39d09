/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers of `flagrace tune` in words, and the goals that it reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/view/tune_text.h"

static const struct fr_strategy epoll = {.name = "epoll"};
static struct cell cells[2];

/* An answer of a closed loop, complete. */
static struct tune_finding concurrency(void)
{
	return (struct tune_finding){
		.cell = &cells[0],
		.ended = true,
		.answer = {.level = 50, .low = 49, .high = 50, .best = 64},
		.at = {.level = 50,
			.throughput = 498.2,
			.latency_ns = NAN,
			.bound_by = "latency"},
		.other = {.level = 64,
			.throughput = 500,
			.latency_ns = NAN,
			.bound_by = "capacity"},
		.trials = 30,
		.requests = 15000,
	};
}

/* The same of an open loop. */
static struct tune_finding rate(void)
{
	return (struct tune_finding){
		.cell = &cells[0],
		.ended = true,
		.answer = {.level = 497, .low = 497, .high = 508, .above = 508},
		.at = {.level = 497,
			.throughput = 475,
			.latency_ns = 104.2e6,
			.bound_by = "arrivals"},
		.other = {.level = 508,
			.throughput = 476,
			.latency_ns = 230e6,
			.bound_by = "arrivals",
			.failure = TUNE_SLOW},
		.limit = {.level = 566, .bound_by = "capacity"},
		.trials = 30,
		.requests = 20000,
	};
}

static struct tune_terms terms_of(const char *goal)
{
	struct tune_terms terms = {.tolerance = 0.02};
	struct fr_error err;

	assert_int_equal(tune_goal_parse(&terms.goal, goal, &err), 0);
	return terms;
}

/* What is written of the findings; the caller's to free. */
static char *text_of(
	const char *goal, const struct tune_finding *findings, size_t count)
{
	const struct tune_terms terms = terms_of(goal);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	tune_text_write(out, &terms, findings, count);
	(void)fclose(out);
	return text;
}

static void assert_says(const char *goal, const struct tune_finding *finding,
	const char *expected)
{
	char *text = text_of(goal, finding, 1);

	assert_string_equal(text, expected);
	free(text);
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		cells[i] =
			(struct cell){.strategy = &epoll, .concurrency = 256};
		workload_init(&cells[i].workload);
		cells[i].workload.requests = 500;
		cells[i].workload.timeout_ns = 10000000000;
		(void)snprintf(cells[i].workload.latency,
			sizeof(cells[i].workload.latency), "100ms");
	}
	return 0;
}

static void a_concurrency_in_a_sentence(void **state)
{
	struct tune_finding finding = concurrency();

	(void)state;
	assert_says("throughput", &finding,
		"epoll: 50 in flight are enough [49, 50]: 498.2 requests/s, "
		"within 2 % of the best (500.0 with 64); bound by latency, "
		"with 64 by capacity.\n");
	finding.answer.at_most = true;
	memcpy(finding.other.bound_by, "latency", sizeof("latency"));
	assert_says("throughput", &finding,
		"epoll: 50 in flight are enough [49, 50]: 498.2 requests/s, "
		"within 2 % of the best (500.0 with 64); more was not tried; "
		"bound by latency.\n");
	finding.answer = (struct tuning_answer){
		.level = 64, .low = 63, .high = 64, .best = 64};
	finding.at = finding.other;
	assert_says("throughput", &finding,
		"epoll: 64 in flight are best [63, 64]: 500.0 requests/s; "
		"fewer are more than 2 % slower; bound by latency.\n");
	finding.answer = (struct tuning_answer){
		.level = 1, .low = 1, .high = 1, .best = 1, .at_least = true};
	finding.at.level = finding.other.level = 1;
	assert_says("throughput", &finding,
		"epoll: 1 in flight is best [1, 1]: 500.0 requests/s; bound by "
		"latency.\n");
}

static void what_is_not_known_is_said(void **state)
{
	struct tune_finding finding = concurrency();

	(void)state;
	finding.ended = false;
	finding.answer.low = 0;
	finding.invalid = 3;
	assert_says("throughput", &finding,
		"epoll: 50 in flight are enough [?, 50]: 498.2 requests/s, "
		"within 2 % of the best (500.0 with 64); bound by latency, "
		"with 64 by capacity; so far: the trials ended before the "
		"interval was known; 3 of 30 trials were not valid.\n");
	/* Nothing is said of fewer before the end. */
	finding.at = finding.other;
	assert_says("throughput", &finding,
		"epoll: 64 in flight are best [?, 50]: 500.0 requests/s; bound "
		"by capacity; so far: the trials ended before the interval was "
		"known; 3 of 30 trials were not valid.\n");
	finding = concurrency();
	finding.answer = (struct tuning_answer){0};
	assert_says("throughput", &finding,
		"epoll: nothing was found: no valid trial answered a "
		"request.\n");
	finding = concurrency();
	finding.needless = true;
	cells[0].concurrency = 1;
	assert_says("throughput", &finding,
		"epoll: never has more than 1 in flight.\n");
	cells[0].concurrency = 256;
}

static void a_rate_in_a_sentence(void **state)
{
	struct tune_finding finding = rate();

	(void)state;
	assert_says("p99<200ms", &finding,
		"epoll@256: 497 requests/s is the highest rate held with "
		"p99<200ms [497, 508]: p99 is 104.2 ms; at 508 p99 is 230.0 "
		"ms; bound by capacity at 566.\n");
	finding.other.failure = TUNE_GROWS;
	finding.limit.level = 0;
	memcpy(finding.at.bound_by, "latency", sizeof("latency"));
	assert_says("p99<200ms", &finding,
		"epoll@256: 497 requests/s is the highest rate held with "
		"p99<200ms [497, 508]: p99 is 104.2 ms; at 508 a queue grows "
		"in the server; bound by latency.\n");
	finding.answer.at_most = true;
	finding.other.level = 0;
	assert_says("p99<200ms", &finding,
		"epoll@256: 497 requests/s is the highest rate held with "
		"p99<200ms [497, 508]: p99 is 104.2 ms; more was not tried; "
		"bound by latency.\n");
	finding = rate();
	finding.answer = (struct tuning_answer){.above = 1};
	finding.other.level = 1;
	assert_says("p50<20ms", &finding,
		"epoll@256: no rate is held with p50<20ms: at 1 requests/s "
		"p50 is 230.0 ms, bound by arrivals.\n");
}

static void settings_tell_findings_apart(void **state)
{
	struct tune_finding findings[] = {concurrency(), concurrency()};
	char *text;

	(void)state;
	findings[1].cell = &cells[1];
	(void)snprintf(cells[1].workload.latency,
		sizeof(cells[1].workload.latency), "20ms");
	text = text_of("throughput", findings, 2);
	assert_non_null(strstr(text, "epoll, latency 100ms: 50 in flight"));
	assert_non_null(strstr(text, "\nepoll, latency 20ms: 50 in flight"));
	free(text);
}

static json_t *json_of(const char *goal, const struct tune_finding *finding)
{
	const struct tune_terms terms = terms_of(goal);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *list;

	assert_int_equal(tune_text_write_json(out, &terms, finding, 1), 0);
	(void)fclose(out);
	list = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(list), 1);
	free(text);
	return list;
}

static void the_same_in_json(void **state)
{
	struct tune_finding finding = concurrency();
	json_t *list = json_of("throughput", &finding), *found;

	(void)state;
	found = json_array_get(list, 0);
	assert_int_equal(
		json_integer_value(json_object_get(found, "concurrency")), 50);
	assert_int_equal(json_integer_value(json_array_get(
				 json_object_get(found, "interval"), 0)),
		49);
	assert_string_equal(
		json_string_value(json_object_get(found, "bound_by")),
		"latency");
	assert_true(json_is_true(json_object_get(found, "found")));
	json_decref(list);
	finding = rate();
	finding.answer.high = 0;
	finding.ended = false;
	list = json_of("p99<200ms", &finding);
	found = json_array_get(list, 0);
	assert_true(json_real_value(json_object_get(found, "rate")) == 497);
	assert_true(json_is_null(
		json_array_get(json_object_get(found, "interval"), 1)));
	assert_string_equal(
		json_string_value(json_object_get(found, "bound_by")),
		"capacity");
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(found, "not_held"), "why")),
		"latency");
	assert_true(json_is_false(json_object_get(found, "found")));
	json_decref(list);
}

static void goals_are_read(void **state)
{
	static const char *const wrong[] = {"p99", "p99<", "p99<200", "p98<1ms",
		"p99>200ms", "fast", "", "throughput<1s", "p99<0ms"};
	struct tune_goal goal;
	struct fr_error err;

	(void)state;
	assert_int_equal(tune_goal_parse(&goal, "throughput", &err), 0);
	assert_int_equal(goal.loop, TUNING_CLOSED);
	assert_int_equal(tune_goal_parse(&goal, "max<1.5s", &err), 0);
	assert_int_equal(goal.loop, TUNING_OPEN);
	assert_int_equal(goal.below_ns, 1500000000);
	assert_string_equal(goal.quantile, "max");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(tune_goal_parse(&goal, wrong[i], &err), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_concurrency_in_a_sentence),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(a_rate_in_a_sentence),
		cmocka_unit_test(settings_tell_findings_apart),
		cmocka_unit_test(the_same_in_json),
		cmocka_unit_test(goals_are_read),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
