/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Latency specs, the delays drawn from them, and the items they are for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/item.h"
#include "mock_server/latency.h"

static void specs_are_read(void **state)
{
	static const struct {
		const char *spec;
		enum latency_kind kind;
		double a, b;
	} cases[] = {
		{"50ms", LATENCY_CONSTANT, 50000000, 0},
		{"constant:50ms", LATENCY_CONSTANT, 50000000, 0},
		{" 5 us ", LATENCY_CONSTANT, 5000, 0},
		{"0s", LATENCY_CONSTANT, 0, 0},
		{"7ns", LATENCY_CONSTANT, 7, 0},
		{"1.5s", LATENCY_CONSTANT, 1500000000, 0},
		{"0.000000001s", LATENCY_CONSTANT, 1, 0},
		{"3600s", LATENCY_CONSTANT, LATENCY_MAX_NS, 0},
		{"uniform:20ms,200ms", LATENCY_UNIFORM, 20000000, 200000000},
		{"uniform:0.5s, 5s", LATENCY_UNIFORM, 500000000, 5000000000},
		{"uniform:1ms,1ms", LATENCY_UNIFORM, 1000000, 1000000},
		{"normal:50ms,5ms", LATENCY_NORMAL, 5e7, 5e6},
		{"lognormal:mu=-3.2,sigma=1", LATENCY_LOGNORMAL, -3.2, 1},
		{"exponential:50ms", LATENCY_EXPONENTIAL, 5e7, 0},
		{"pareto:20ms,1.5", LATENCY_PARETO, 2e7, 1.5},
		{"bimodal: 20ms, 200ms, 10%", LATENCY_BIMODAL, 2e7, 2e8},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct latency latency;
		struct mock_error err = {""};

		assert_int_equal(
			latency_parse(&latency, cases[i].spec, &err), 0);
		assert_int_equal(latency.kind, cases[i].kind);
		assert_true(latency.a == cases[i].a);
		assert_true(latency.b == cases[i].b);
		assert_string_equal(latency.text, cases[i].spec);
	}
}

static void bad_specs_say_what_where_and_a_good_one(void **state)
{
	static const struct {
		const char *spec, *says;
	} cases[] = {
		{"5 parsecs", "column 3: unknown unit 'parsecs'"},
		{"", "column 1: '' is not a duration"},
		{"ms", "column 1: 'ms' is not a duration"},
		{"-5ms", "column 1: '-5ms' is not a duration"},
		{"50", "column 3: a unit is missing"},
		{"5MS", "column 2: unknown unit 'MS'"},
		{"3601s", "column 1: '3601s' is more than an hour"},
		{"99999999999999999999ns", "is more than an hour"},
		{"50ms,60ms", "column 5: ',60ms' is unexpected"},
		{"50ms x", "column 6: 'x' is unexpected"},
		{"gauss:50ms", "column 1: unknown distribution 'gauss'"},
		{"Uniform:1ms,2ms", "column 1: unknown distribution"},
		{"uniform:1ms", "column 12: ',' and an upper bound"},
		{"uniform:1ms,", "column 13: '' is not a duration"},
		{"uniform:1ms,x", "column 13: 'x' is not a duration"},
		{"uniform:2ms,1ms", "column 13: the upper bound is below"},
		{"uniform:1ms,2ms,3ms", "column 16: ',3ms' is unexpected"},
		{"normal:5ms", "column 11: ',' and a standard deviation"},
		{"lognormal:50ms", "column 11: p50= or mu= must follow"},
		{"lognormal:p50=40ms", "column 19: ',' and p99= must follow"},
		{"lognormal:p50=4ms,5ms", "column 19: p99= must follow"},
		{"lognormal:p50=4ms,p99=3ms", "0 < p50 <= p99 must hold"},
		{"lognormal:p50=0s,p99=3ms", "0 < p50 <= p99 must hold"},
		{"lognormal:mu=1,sigma=-1", "column 22: sigma is 0 or more"},
		{"lognormal:mu=x,sigma=1", "column 14: 'x' is not a number"},
		{"exponential:", "column 13: '' is not a duration"},
		{"pareto:1ms,0", "column 12: the exponent is above 0"},
		{"bimodal:1ms,2ms,x", "column 17: 'x' is not a rate"},
		{"bimodal:1ms,2ms,101%", "column 17: a rate is 0% to 100%"},
		{"trace:/nowhere/at/all", "column 7: No such file"},
		{"trace:/dev/null", "column 7: not a regular file"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct latency latency = {.a = 1}, before = latency;
		struct mock_error err = {""};

		assert_int_equal(
			latency_parse(&latency, cases[i].spec, &err), -EINVAL);
		assert_memory_equal(&latency, &before, sizeof(latency));
		if (!strstr(err.text, cases[i].says))
			print_error(
				"'%s' not in '%s'\n", cases[i].says, err.text);
		assert_non_null(strstr(err.text, cases[i].says));
		assert_non_null(strstr(err.text, "; for example "));
	}
}

static void an_endless_spec_is_refused(void **state)
{
	char spec[100000];
	struct latency latency;
	struct mock_error err = {""};

	(void)state;
	memset(spec, '1', sizeof(spec));
	spec[sizeof(spec) - 1] = '\0';
	assert_int_equal(latency_parse(&latency, spec, &err), -EINVAL);
}

static const char *trace_file(const char *text)
{
	static const char name[] = "test_mock_latency.csv";
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return "trace:test_mock_latency.csv";
}

static void a_trace_is_drawn_from_evenly(void **state)
{
	const char *spec = trace_file("a,\"delay_ns\"\r\n"
				      "x,30\r\ny,10\r\n\"\"\"\",20\r\n");
	struct latency latency, copy;
	struct mock_error err = {""};
	unsigned counts[3] = {0};

	(void)state;
	assert_int_equal(latency_parse(&latency, spec, &err), 0);
	copy = latency_copy(&latency);
	latency_release(&latency);
	for (uint64_t i = 0; i < 30000; i++) {
		uint64_t ns = latency_draw(&copy, 1, i, 1);

		assert_true(ns == 10 || ns == 20 || ns == 30);
		counts[ns / 10 - 1]++;
	}
	latency_release(&copy);
	/* Five standard deviations are 408. */
	for (int i = 0; i < 3; i++)
		assert_in_range(counts[i], 10000 - 408, 10000 + 408);
}

static void a_bad_trace_says_which_row(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "row 1 is not"},
		{"delay_ns\n", "row 2 is not"},
		{"a,b\n1,2\n", "row 1 is not"},
		{"delay_ns\n1\n-1\n", "row 3 is not"},
		{"delay_ns\n1\n3600000000001\n", "row 3 is not"},
		{"a,delay_ns\n1,1\n2\n", "row 3 is not"},
		{"delay_ns\n\"1\n", "row 2 is not"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct latency latency;
		struct mock_error err = {""};

		assert_int_equal(latency_parse(&latency,
					 trace_file(cases[i].text), &err),
			-EINVAL);
		if (!strstr(err.text, cases[i].says))
			print_error(
				"'%s' not in '%s'\n", cases[i].says, err.text);
		assert_non_null(strstr(err.text, cases[i].says));
	}
}

/* Must never change: old runs are repeated by their seeds. */
static void the_same_seed_item_and_attempt_give_the_same_delay(void **state)
{
	struct latency latency;
	struct mock_error err = {""};

	(void)state;
	assert_int_equal(
		latency_parse(&latency, "uniform:20ms,200ms", &err), 0);
	assert_int_equal(latency_draw(&latency, 7, 0, 1), 193403311);
	assert_int_equal(latency_draw(&latency, 7, 1, 1), 162219220);
	assert_int_equal(latency_draw(&latency, 7, 0, 2), 72675799);
	assert_int_equal(latency_draw(&latency, 8, 0, 1), 127765713);
}

static void uniform_fills_its_range_evenly(void **state)
{
	enum { DRAWS = 100000, BINS = 10 };
	unsigned bins[BINS] = {0};
	struct latency latency;
	struct mock_error err = {""};

	(void)state;
	assert_int_equal(latency_parse(&latency, "uniform:1us,2us", &err), 0);
	for (uint64_t i = 0; i < DRAWS; i++) {
		uint64_t ns = latency_draw(&latency, 3, i / 2, 1 + i % 2);

		assert_in_range(ns, 1000, 2000);
		bins[(ns - 1000) * BINS / 1001]++;
	}
	/* Five standard deviations of a bin's count are 474. */
	for (int i = 0; i < BINS; i++)
		assert_in_range(
			bins[i], DRAWS / BINS - 474, DRAWS / BINS + 474);
}

static void both_ends_of_a_range_are_reached(void **state)
{
	struct latency latency;
	struct mock_error err = {""};
	int seen[2] = {0};

	(void)state;
	assert_int_equal(latency_parse(&latency, "uniform:5ns,6ns", &err), 0);
	for (uint64_t i = 0; i < 100; i++)
		seen[latency_draw(&latency, 1, i, 1) - 5] = 1;
	assert_true(seen[0] && seen[1]);
}

static void items_are_read(void **state)
{
	struct item item;

	(void)state;
	assert_int_equal(item_parse(&item, "b0.t-1_x/17/2", 13), 0);
	assert_string_equal(item.trial, "b0.t-1_x");
	assert_int_equal(item.item, 17);
	assert_int_equal(item.attempt, 2);
	assert_int_equal(
		item_parse(&item,
			"abcdefghijklmnopqrstuvwxyz01234/4294967295/1", 44),
		0);
	assert_int_equal(item.item, UINT32_MAX);
}

static void malformed_items_are_refused(void **state)
{
	static const char *const bad[] = {"", "/", "//", "t", "t/1", "t/1/",
		"t//1", "/1/1", "t/1/0", "t/1/1/1", "t/-1/1", "t/1/1 ",
		"t /1/1", "t/4294967296/1", "t/1/99999999999999999999",
		"abcdefghijklmnopqrstuvwxyz012345/1/1", "\xc3\xa9/1/1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct item item;

		assert_int_equal(
			item_parse(&item, bad[i], strlen(bad[i])), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specs_are_read),
		cmocka_unit_test(bad_specs_say_what_where_and_a_good_one),
		cmocka_unit_test(a_trace_is_drawn_from_evenly),
		cmocka_unit_test(a_bad_trace_says_which_row),
		cmocka_unit_test(an_endless_spec_is_refused),
		cmocka_unit_test(
			the_same_seed_item_and_attempt_give_the_same_delay),
		cmocka_unit_test(uniform_fills_its_range_evenly),
		cmocka_unit_test(both_ends_of_a_range_are_reached),
		cmocka_unit_test(items_are_read),
		cmocka_unit_test(malformed_items_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
