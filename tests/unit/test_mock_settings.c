/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings as forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "mock_server/settings.h"

static struct settings made(void)
{
	struct settings settings;
	struct mock_error err = {""};

	settings_init(&settings);
	settings.seed = 7;
	assert_int_equal(settings_set(&settings, "latency", "50ms", &err), 0);
	return settings;
}

static void a_form_sets_the_keys_it_names(void **state)
{
	struct settings settings = made();
	struct mock_error err = {""};
	const char *form = "latency=uniform%3A20ms%2c200ms";

	(void)state;
	assert_int_equal(
		settings_apply_form(&settings, form, strlen(form), NULL, &err),
		0);
	assert_string_equal(settings.latency.text, "uniform:20ms,200ms");
	assert_int_equal(settings.seed, 7);
	assert_int_equal(
		settings_apply_form(&settings, "seed=9", 6, NULL, &err), 0);
	assert_int_equal(settings.seed, 9);
	assert_int_equal(settings_apply_form(&settings, "", 0, NULL, &err), 0);
}

static void a_bad_form_changes_nothing_and_says_why(void **state)
{
	static const struct {
		const char *form, *says;
	} cases[] = {
		{"seed=8&latency=x", "'x' is not a duration"},
		{"seed=8&colour=red", "unknown key 'colour'; known are: "},
		{"seed=", "not a whole number"},
		{"seed=-1", "not a whole number"},
		{"capacity=x", "capacity: 'x' is not a whole number"},
		{"capacity=4294967296", "from 0 to 4294967295"},
		{"payload=99", "from 100 to 10000000, nor 0"},
		{"payload=10000001", "from 100 to 10000000, nor 0"},
		{"bandwidth=1kB", "column 2: unknown unit 'kB'"},
		{"bandwidth=0.5B/s", "a speed is from 1B/s"},
		{"limit=9", "column 2: the unit /s must follow"},
		{"fault=oops:1%25", "column 1: 'oops' is neither a status"},
		{"seed=18446744073709551616", "not a whole number"},
		{"seed", "a form of printable text"},
		{"=8", "a form of printable text"},
		{"seed=8&&seed=9", "a form of printable text"},
		{"seed=%3", "'%3' is not a whole number"},
		{"seed=%zz", "'%zz' is not a whole number"},
		{"seed=8%7f", "a form of printable text"},
		{"seed=8%1B", "a form of printable text"},
		{"seed=\xc2\x9b", "a form of printable text"}, /* as ESC [ */
		{"seed=\xc0\xaf", "a form of printable text"},
		{"seed=\xed\xa0\x80", "a form of printable text"},
		{"seed=\xf4\x90\x80\x80", "a form of printable text"},
		{"seed=\xff", "a form of printable text"},
		{"seed=\xe2\x82", "a form of printable text"},
		{"seed=\xe2\x82\xac", "'\xe2\x82\xac' is not a whole number"},
		{"seed=8%00", "a form of printable text"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct settings settings = made(), before = settings;
		struct mock_error err = {""};
		int rc = settings_apply_form(&settings, cases[i].form,
			strlen(cases[i].form), NULL, &err);

		assert_int_equal(rc, -EINVAL);
		assert_memory_equal(&settings, &before, sizeof(settings));
		assert_non_null(strstr(err.text, cases[i].says));
	}
}

static void a_percent_sign_by_itself_is_one(void **state)
{
	struct settings settings = made();
	struct mock_error err = {""};
	const char *form = "fault=503:5%,stall:50%25,reset:1%&seed=%39";

	(void)state;
	assert_int_equal(
		settings_apply_form(&settings, form, strlen(form), NULL, &err),
		0);
	assert_string_equal(settings.faults.text, "503:5%,stall:50%,reset:1%");
	assert_int_equal(settings.seed, 9);
}

/* With and without its encoding; one byte more is too long. */
static void what_is_too_long_is_told(void **state)
{
	struct settings settings = made();
	struct mock_error err = {""};
	char form[600] = "seed=";

	(void)state;
	memset(form + 5, '9', 511);
	assert_int_equal(
		settings_apply_form(&settings, form, 5 + 511, NULL, &err),
		-EINVAL);
	assert_non_null(strstr(err.text, "not a whole number"));
	form[5 + 511] = '9';
	assert_int_equal(
		settings_apply_form(&settings, form, 5 + 512, NULL, &err),
		-EINVAL);
	assert_string_equal(
		err.text, "a key or a value has more than 511 bytes");
}

/* A trace's name may have any letters, encoded in the form. */
static void names_that_are_not_ascii_survive_a_form(void **state)
{
	static const char name[] = "trace:f\xc3\xbcr \xf0\x9f\x8f\x81.csv";
	struct settings settings = made();
	struct mock_error err = {""};
	char form[SETTINGS_FORM_MAX];
	size_t length;

	(void)state;
	memcpy(settings.latency.text, name, sizeof(name));
	length = settings_to_form(&settings, form);
	assert_memory_equal(
		form, "latency=trace:f%C3%BCr%20%F0%9F%8F%81.csv&", 42);
	assert_int_equal(
		settings_apply_form(&settings, form, length, NULL, &err),
		-EINVAL);
	/* It was taken as the name of a file that does not exist. */
	assert_non_null(strstr(err.text, name));
	assert_non_null(strstr(err.text, "No such file"));
}

static void settings_survive_the_way_through_a_form(void **state)
{
	struct settings settings = made(), copy = made();
	struct mock_error err = {""};
	char form[SETTINGS_FORM_MAX];
	size_t length;

	(void)state;
	settings.seed = UINT64_MAX;
	assert_int_equal(settings_set(&settings, "latency",
				 "uniform:1 ms, 2.5 ms", &err),
		0);
	assert_int_equal(
		settings_set(&settings, "fault",
			"503:5%, slow-body:1.5kB/s:0.1, stall:1%", &err),
		0);
	assert_int_equal(
		settings_set(&settings, "bandwidth", "64kB/s", &err), 0);
	assert_int_equal(settings_set(&settings, "limit",
				 "1000000/s, burst=1000000", &err),
		0);
	assert_int_equal(
		settings_set(&settings, "capacity", "3,4@1s, 5@2.5s", &err), 0);
	settings.payload = 100;
	length = settings_to_form(&settings, form);
	assert_int_equal(strlen(form), length);
	assert_int_equal(
		settings_apply_form(&copy, form, length, NULL, &err), 0);
	assert_string_equal(copy.latency.text, settings.latency.text);
	assert_true(copy.latency.b == 2500000);
	assert_true(copy.seed == UINT64_MAX);
	assert_memory_equal(
		&copy.faults, &settings.faults, sizeof(copy.faults));
	assert_int_equal(copy.faults.count, 3);
	assert_int_equal(copy.faults.faults[1].bytes_per_s, 1500);
	assert_int_equal(copy.bandwidth, 64000);
	assert_memory_equal(&copy.limit, &settings.limit, sizeof(copy.limit));
	assert_int_equal(copy.limit.burst, 1000000);
	assert_int_equal(copy.capacity, 3);
	assert_memory_equal(&copy.steps, &settings.steps, sizeof(copy.steps));
	assert_int_equal(copy.steps.steps[1].after_ns, 2500000000);
	assert_int_equal(copy.payload, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_sets_the_keys_it_names),
		cmocka_unit_test(a_bad_form_changes_nothing_and_says_why),
		cmocka_unit_test(a_percent_sign_by_itself_is_one),
		cmocka_unit_test(what_is_too_long_is_told),
		cmocka_unit_test(names_that_are_not_ascii_survive_a_form),
		cmocka_unit_test(settings_survive_the_way_through_a_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
