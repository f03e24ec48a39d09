/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel says of a machine, read from text as it writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "harness/trial/disturbance.h"

static void steal_is_the_eighth_count(void **state)
{
	struct cpu_ticks ticks = proc_cpu_ticks(
		"cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n");

	(void)state;
	assert_int_equal(ticks.steal, 8);
	/* Guests' time is in user and nice already. */
	assert_int_equal(ticks.all, 36);
}

static void other_text_is_no_count(void **state)
{
	static const char *const texts[] = {
		"", "cpu", "cpu  1 2 3 4 5 6 7", "intr 1 2 3 4 5 6 7 8"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(proc_cpu_ticks(texts[i]).all, 0);
}

static void pressure_is_that_of_ten_seconds(void **state)
{
	double percent = proc_pressure(
		"some avg10=12.50 avg60=3.00 avg300=1.00 total=5\n"
		"full avg10=1.00 avg60=0.00 avg300=0.00 total=0\n");

	(void)state;
	assert_true(percent == 12.5);
	assert_true(isnan(proc_pressure("")));
	assert_true(isnan(proc_pressure("full avg10=1.00")));
}

static void unknown_counts_are_no_steal(void **state)
{
	struct cpu_ticks future = {UINT64_MAX, UINT64_MAX};
	struct disturbance found = disturbance_end(&future);

	(void)state;
	assert_true(isnan(found.steal));
	assert_int_equal(found.steal_ticks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steal_is_the_eighth_count),
		cmocka_unit_test(other_text_is_no_count),
		cmocka_unit_test(pressure_is_that_of_ten_seconds),
		cmocka_unit_test(unknown_counts_are_no_steal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
