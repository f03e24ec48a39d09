/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The setting `work`: the accepted texts, and the draws. */
#include "test_harness.h"

#include <stdlib.h>
#include <string.h>

#include "harness/base/texts.h"
#include "harness/plan/work_spec.h"
#include "mock_server/mock_server.h"

enum { N = 1000 };

static struct work_spec parsed(const char *text)
{
	struct work_spec spec;
	struct fr_error err = {.text = ""};

	if (work_spec_parse(&spec, text, "--work", &err) < 0)
		fail_msg("%s", err.text);
	return spec;
}

static void each_part_is_understood(void **state)
{
	struct work_spec spec = parsed("");

	(void)state;
	assert_string_equal(spec.cpu, "");
	assert_false(spec.save);
	spec = parsed("cpu:2ms");
	assert_string_equal(spec.cpu, "2ms");
	assert_false(spec.save);
	spec = parsed("save");
	assert_true(spec.save);
	assert_false(spec.sync);
	spec = parsed("save:fsync+cpu:lognormal:p50=1ms,p99=10ms");
	assert_string_equal(spec.cpu, "lognormal:p50=1ms,p99=10ms");
	assert_true(spec.save);
	assert_true(spec.sync);
	spec = parsed("cpu:lognormal:mu=-3.2,sigma=1+save");
	assert_string_equal(spec.cpu, "lognormal:mu=-3.2,sigma=1");
	assert_true(spec.save);
}

static void anything_else_is_told_where_and_a_good_one(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{"2ms", "column 1: each part must be cpu:TIME, save or "},
		{"cpu", "column 1: each part must be"},
		{"cpu:", "column 5: a time must follow cpu:"},
		{"cpu:+save", "column 5: a time must follow cpu:"},
		{"cpu:2", "CPU time '2', column 2: "},
		{"cpu:2h", "CPU time '2h', column 2: "},
		{"cpu:2ms,3ms", "CPU time '2ms,3ms', column 4: "},
		{"cpu:2hours+save", "CPU time '2hours', column 2: "},
		{"cpu:61min", "CPU time '61min'"},
		{"cpu:3601s", "CPU time '3601s'"},
		{"cpu:normal:5ms", "CPU time 'normal:5ms', column 11: "},
		{"cpu:x",
			"CPU time 'x', column 1: 'x' is not a duration; for "
			"example cpu:2ms, cpu:uniform:1ms,5ms or cpu:"},
		{"cpu:uniform:1ms", "must follow; for example cpu:2ms, "},
		{"cpu:trace:/nowhere.csv", "No such file"},
		{"save+", "column 6: each part must be"},
		{"save+save", "column 6: there is a save part already"},
		{"cpu:1ms+save+cpu:1ms",
			"column 18: there is a cpu part already"},
		{"save:sync", "column 1: each part must be"},
		{"cpu:1ms+none", "column 9: none cannot be joined"},
		{"Save", "column 1: each part must be"},
	};
	struct work_spec spec;
	struct fr_error err = {.text = ""};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
			work_spec_parse(&spec, bad[i].text, "--work", &err),
			-1);
		assert_error(&err, EXIT_USAGE, "--work '");
		assert_says(err.text, bad[i].text);
		assert_says(err.text, bad[i].why);
		assert_says(err.text, "for example");
	}
}

/* A comma may be part of a value, or end it. */
static void lists_of_works_are_told_apart(void **state)
{
	static const char *const values[] = {"none", "cpu:2ms", "save",
		"cpu:lognormal:p50=1ms,p99=10ms+save", "save:fsync",
		"save+cpu:uniform:1ms,2ms", "cpu:1ms"};
	enum { COUNT = sizeof(values) / sizeof(values[0]) };
	char list[256] = "";
	struct texts texts = {0};

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		if (i > 0)
			strcat(list, ",");
		strcat(list, values[i]);
	}
	assert_int_equal(texts_add_specs(&texts, list, "--work"), 0);
	assert_int_equal(texts.count, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_string_equal(texts.at[i].text, values[i]);
	texts_release(&texts);
}

/* The times of n items; the caller frees them. */
static uint64_t *drawn(const char *text, uint64_t seed)
{
	struct work_spec spec = parsed(text);
	struct fr_error err = {.text = ""};
	uint64_t *ns;

	if (work_spec_draw(&ns, &spec, N, seed, &err) < 0)
		fail_msg("%s", err.text);
	return ns;
}

static void a_constant_is_the_same_for_all(void **state)
{
	uint64_t *ns = drawn("cpu:2ms", 7);

	(void)state;
	for (size_t i = 0; i < N; i++)
		assert_int_equal(ns[i], 2000000);
	free(ns);
	assert_null(drawn("save", 7));
}

static void draws_depend_on_the_seed_alone(void **state)
{
	uint64_t *one = drawn("cpu:exponential:2ms", 7);
	uint64_t *again = drawn("save+cpu:exponential:2ms", 7);
	uint64_t *other = drawn("cpu:exponential:2ms", 8);

	(void)state;
	assert_memory_equal(one, again, N * sizeof(*one));
	assert_memory_not_equal(one, other, N * sizeof(*one));
	free(one);
	free(again);
	free(other);
}

/* An item with a long delay must not be likely to have much work, too. */
static void draws_are_independent_of_the_delays(void **state)
{
	const struct mock_setting settings[] = {
		{"latency", "exponential:2ms"}, {"seed", "7"}};
	uint64_t *ns = drawn("cpu:exponential:2ms", 7);
	struct mock_schedule *schedule;
	struct mock_error err = {""};
	size_t both = 0, same = 0;

	(void)state;
	assert_int_equal(mock_schedule_open(&schedule, settings, 2, &err), 0);
	for (size_t i = 0; i < N; i++) {
		uint64_t delay_ns = mock_schedule_draw(schedule, i, 1).delay_ns;

		/* Above the median, with probability 1/2 each. */
		both += delay_ns > 1386294 && ns[i] > 1386294;
		same += delay_ns == ns[i];
	}
	assert_int_equal(same, 0);
	/* 250 with a standard deviation of 14. */
	assert_in_range(both, 190, 310);
	mock_schedule_close(schedule);
	free(ns);
}

static void a_program_is_told_constants_alone(void **state)
{
	struct work_spec spec = parsed("cpu:2ms");

	(void)state;
	assert_null(work_spec_untold(&spec));
	spec = parsed("cpu:constant:2ms");
	assert_null(work_spec_untold(&spec));
	spec = parsed("cpu:exponential:2ms");
	assert_non_null(work_spec_untold(&spec));
	spec = parsed("cpu:2ms+save");
	assert_non_null(work_spec_untold(&spec));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_is_understood),
		cmocka_unit_test(anything_else_is_told_where_and_a_good_one),
		cmocka_unit_test(lists_of_works_are_told_apart),
		cmocka_unit_test(a_constant_is_the_same_for_all),
		cmocka_unit_test(draws_depend_on_the_seed_alone),
		cmocka_unit_test(draws_are_independent_of_the_delays),
		cmocka_unit_test(a_program_is_told_constants_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
