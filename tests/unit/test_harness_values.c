/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and durations as people write them, and the words when they fail. */
#include "test_harness.h"

#include <errno.h>

#include "harness/base/nearest.h"
#include "harness/base/values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void numbers_within_their_range_are_taken(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {{"1", 1}, {"20", 20}, {"007", 7}, {"100", 100}};
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 0;

		assert_int_equal(parse_number(cases[i].text, "--requests", 1,
					 100, &value, &err),
			0);
		assert_int_equal(value, cases[i].value);
	}
}

static void the_largest_number_is_taken(void **state)
{
	struct fr_error err;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(parse_number("18446744073709551615", "--seed", 0,
				 UINT64_MAX, &value, &err),
		0);
	assert_true(value == UINT64_MAX);
}

static void other_numbers_are_refused_with_the_range(void **state)
{
	static const char *const cases[] = {"", " 5", "5 ", "+5", "-5", "0",
		"101", "5x", "0x5", "1.5", "1e1", "five",
		"18446744073709551616", "99999999999999999999999"};
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 42;

		assert_int_equal(parse_number(cases[i], "--requests", 1, 100,
					 &value, &err),
			-1);
		assert_error(&err, EXIT_USAGE, "--requests '");
		assert_says(err.text, cases[i]);
		assert_says(err.text, "a whole number from 1 to 100");
		assert_int_equal(value, 42);
	}
}

static void a_number_without_a_top_names_its_least(void **state)
{
	struct fr_error err;
	uint64_t value;

	(void)state;
	assert_int_equal(
		parse_number("x", "--seed", 3, UINT64_MAX, &value, &err), -1);
	assert_error(&err, EXIT_USAGE, "a whole number, at least 3");
}

static void durations_are_exact_in_every_unit(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} cases[] = {{"0ms", 0}, {"7ns", 7}, {"250us", 250000},
		{"50ms", 50000000}, {"1.5s", 1500000000}, {"2s", 2000000000},
		/* their products in binary fall short by a little */
		{"1.005s", 1005000000}, {"4.35us", 4350}, {"0.29ms", 290000}};
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t ns = 1;

		assert_int_equal(parse_duration(cases[i].text, "--timeout", 0,
					 UINT64_C(10000000000), &ns, &err),
			0);
		assert_int_equal(ns, cases[i].ns);
	}
}

static void other_durations_are_refused_with_an_example(void **state)
{
	static const char *const cases[] = {"", "50", "ms", "-1ms", "+1ms",
		" 1ms", "1 ms", "1ms ", "1m", "1h", "5 parsecs", "0x10ms",
		"1e999s", "1e1ms", "1.2.3ms", "inf", "nan", "infs", "11s",
		"0.5ms", "1,5s"};
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t ns = 42;

		if (parse_duration(cases[i], "--timeout", 1000000,
			    UINT64_C(10000000000), &ns, &err) != -1)
			fail_msg("'%s' was taken", cases[i]);
		assert_error(&err, EXIT_USAGE, "--timeout '");
		assert_says(err.text, "from 1ms to 10s");
		assert_says(err.text, "such as 250us or 1.5s");
		assert_int_equal(ns, 42);
	}
}

static void the_bounds_of_a_duration_are_in_their_own_units(void **state)
{
	struct fr_error err;
	uint64_t ns;

	(void)state;
	assert_int_equal(
		parse_duration("5", "--thorough", UINT64_C(10000000000),
			UINT64_C(1000000000000000), &ns, &err),
		-1);
	assert_says(err.text, "from 10s to 1000000s with its unit");
	assert_int_equal(parse_duration("5", "x", 1, 250000, &ns, &err), -1);
	assert_says(err.text, "from 1ns to 250us");
}

static void a_long_value_is_cut_not_overrun(void **state)
{
	char text[2000];
	struct fr_error err;
	uint64_t value;

	(void)state;
	memset(text, '9', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(parse_number(text, "--seed", 0, 1, &value, &err), -1);
	assert_true(strlen(err.text) < sizeof(err.text));
	assert_int_equal(
		parse_duration(text, "--seed", 0, 1, &value, &err), -1);
	assert_true(strlen(err.text) < sizeof(err.text));
}

static void an_error_may_be_of_no_interest(void **state)
{
	(void)state;
	assert_int_equal(fr_error_set(NULL, EXIT_USAGE, "%s", "unread"), -1);
}

static void the_nearest_word_is_what_was_meant(void **state)
{
	static const char *const words[] = {"sequential", "pthread-map",
		"pthread-as-completed", "openmp", "process-pool", "null", NULL};
	static const struct {
		const char *word, *nearest;
	} cases[] = {{"pthred-map", "pthread-map"}, {"opemnp", "openmp"},
		{"omp", NULL}, {"sequentail", "sequential"},
		{"pthread", "pthread-map"}, {"process", "process-pool"},
		{"nul", "null"}, {"", NULL}, {"x", NULL}, {"zzzzzzzz", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *nearest = nearest_word(cases[i].word, words);

		if (cases[i].nearest)
			assert_string_equal(nearest, cases[i].nearest);
		else if (nearest)
			fail_msg("'%s' became %s", cases[i].word, nearest);
	}
}

static void words_of_any_length_have_no_nearest_but_short_ones(void **state)
{
	char longest[100];
	const char *const words[] = {longest, "short", NULL};

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_null(nearest_word(longest, words));
	assert_string_equal(nearest_word("shirt", words), "short");
	longest[63] = '\0';
	assert_string_equal(nearest_word(longest, words), longest);
}

/* A path can be another one; what the system lacks no other path has. */
static void an_errno_decides_whose_fault_it_is(void **state)
{
	(void)state;
	assert_int_equal(fr_status_of(ENOENT), EXIT_USAGE);
	assert_int_equal(fr_status_of(EACCES), EXIT_USAGE);
	assert_int_equal(fr_status_of(EISDIR), EXIT_USAGE);
	assert_int_equal(fr_status_of(EMFILE), EXIT_INVALID);
	assert_int_equal(fr_status_of(ENFILE), EXIT_INVALID);
	assert_int_equal(fr_status_of(EROFS), EXIT_INVALID);
	assert_int_equal(fr_status_of(ENOSPC), EXIT_INVALID);
	assert_int_equal(fr_status_of(ENOMEM), EXIT_INVALID);
	assert_int_equal(fr_status_of(EIO), EXIT_INVALID);
}

static void sizes_may_have_a_unit(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes; /* UINT64_MAX: refused */
	} sizes[] = {{"0", 0}, {"30000", 30000}, {"30kB", 30000},
		{"1.5MB", 1500000}, {"64KiB", 65536}, {"1MiB", 1048576},
		{"7B", 7}, {"30kb", UINT64_MAX}, {"30 kB", UINT64_MAX},
		{"-1", UINT64_MAX}, {"", UINT64_MAX}, {"kB", UINT64_MAX},
		{"1.5", UINT64_MAX}, {"0x10", UINT64_MAX}, {"1e3", UINT64_MAX},
		{"20MB", UINT64_MAX}};
	struct fr_error err;
	uint64_t large;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint64_t bytes = UINT64_MAX;
		int rc = parse_bytes(
			sizes[i].text, "payload", 0, 10000000, &bytes, &err);

		assert_int_equal(rc, sizes[i].bytes == UINT64_MAX ? -1 : 0);
		assert_true(bytes == sizes[i].bytes);
	}
	assert_int_equal(
		parse_bytes("1.5GB", "", 0, 1500000000, &large, &err), 0);
	assert_true(large == 1500000000);
	assert_int_equal(
		parse_bytes("2GiB", "", 0, UINT32_MAX, &large, &err), 0);
	assert_true(large == UINT64_C(1) << 31);
	(void)parse_bytes("20MB", "payload", 0, 10000000, &large, &err);
	assert_error(&err, EXIT_USAGE,
		"payload '20MB': must be a size from 0 to 10000000 bytes");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_within_their_range_are_taken),
		cmocka_unit_test(the_largest_number_is_taken),
		cmocka_unit_test(other_numbers_are_refused_with_the_range),
		cmocka_unit_test(a_number_without_a_top_names_its_least),
		cmocka_unit_test(durations_are_exact_in_every_unit),
		cmocka_unit_test(other_durations_are_refused_with_an_example),
		cmocka_unit_test(
			the_bounds_of_a_duration_are_in_their_own_units),
		cmocka_unit_test(a_long_value_is_cut_not_overrun),
		cmocka_unit_test(sizes_may_have_a_unit),
		cmocka_unit_test(an_errno_decides_whose_fault_it_is),
		cmocka_unit_test(an_error_may_be_of_no_interest),
		cmocka_unit_test(the_nearest_word_is_what_was_meant),
		cmocka_unit_test(
			words_of_any_length_have_no_nearest_but_short_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
