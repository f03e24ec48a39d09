/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures with units that people read, and percentiles that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "harness/view/format.h"

static void a_quantity_has_the_unit_that_suits_it(void **state)
{
	static const struct {
		const char *unit;
		double value;
		const char *figure;
	} cases[] = {
		{"ns", 12, "12 ns"},
		{"ns", 4096, "4.096 \302\265s"},
		{"ns", 999999, "1000 \302\265s"},
		{"ns", 50e6, "50 ms"},
		{"ns", 9.5e9, "9500 ms"},
		{"ns", 10e9, "10 s"},
		{"bytes", 931, "931 bytes"},
		{"bytes", 3000, "3 kB"},
		{"bytes", 10602304, "10.6 MB"},
		{"bytes", 2.5e9, "2.5 GB"},
		{"requests", 1e9, "1e+09 requests"},
		{"", 5, "5"},
		{"ns", NAN, "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char figure[FORMAT_MAX];

		format_quantity(figure, cases[i].unit, cases[i].value);
		assert_string_equal(figure, cases[i].figure);
	}
}

static void few_requests_have_no_high_percentile(void **state)
{
	(void)state;
	assert_true(format_is_slowest("latency_p99_ns", 20));
	assert_true(format_is_slowest("latency_p99_ns", 99));
	assert_false(format_is_slowest("latency_p99_ns", 100));
	assert_true(format_is_slowest("latency-p90", 9));
	assert_false(format_is_slowest("latency-p90", 10));
	assert_true(format_is_slowest("queue_p99_ns", 20));
	assert_false(format_is_slowest("latency_p50_ns", 20));
	assert_false(format_is_slowest("latency_max_ns", 20));
	/* Not of requests. */
	assert_false(format_is_slowest("link_late_p99_ns", 20));
	assert_false(format_is_slowest("total_ns", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_quantity_has_the_unit_that_suits_it),
		cmocka_unit_test(few_requests_have_no_high_percentile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
