/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrival processes: the accepted texts, and the schedules they give. */
#include "test_harness.h"

#include <math.h>
#include <stdlib.h>

#include "harness/plan/arrival.h"

enum { N = 20000 };

static struct arrival_process parsed(const char *text)
{
	struct arrival_process arrival;
	struct fr_error err;

	if (arrival_parse(&arrival, text, "--arrivals", &err) < 0)
		fail_msg("%s", err.text);
	return arrival;
}

static void the_two_processes_are_understood(void **state)
{
	(void)state;
	assert_int_equal(parsed("").kind, ARRIVAL_CLOSED);
	assert_int_equal(parsed("constant:500/s").kind, ARRIVAL_CONSTANT);
	assert_true(parsed("constant:500/s").per_second == 500);
	assert_int_equal(parsed("poisson:0.5/s").kind, ARRIVAL_POISSON);
	assert_true(parsed("poisson:0.5/s").per_second == 0.5);
}

static void anything_else_is_told_a_good_one(void **state)
{
	static const char *const bad[] = {"500", "500/s", "constant",
		"constant:", "constant:500", "constant:0/s", "constant:-1/s",
		"constant:inf/s", "constant:nan/s", "constant:1e3/s",
		"constant:500/ms", "constant:500/s ", "constant: 500/s",
		"constant:1.2.3/s", "constant:0x10/s", "poisson:2000000/s",
		"Poisson:5/s", "uniform:5/s"};
	struct arrival_process arrival;
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
			arrival_parse(&arrival, bad[i], "--arrivals", &err),
			-1);
		assert_error(&err, EXIT_USAGE, "--arrivals");
		assert_says(err.text, ":500/s");
	}
}

static uint64_t *times(const char *text, uint64_t seed)
{
	struct arrival_process arrival = parsed(text);
	uint64_t *due_ns = calloc(N, sizeof(*due_ns));

	assert_non_null(due_ns);
	assert_int_equal(arrival_times(due_ns, N, &arrival, seed), 0);
	return due_ns;
}

static void constant_arrivals_have_equal_gaps(void **state)
{
	uint64_t *due_ns = times("constant:500/s", 7);

	(void)state;
	for (size_t i = 0; i < N; i++)
		assert_int_equal(due_ns[i], i * 2000000);
	free(due_ns);
}

/* Mean and standard deviation of an exponential distribution are equal. */
static void poisson_arrivals_have_exponential_gaps(void **state)
{
	uint64_t *due_ns = times("poisson:500/s", 7);
	double sum = 0, squares = 0, mean, deviation;

	(void)state;
	for (size_t i = 1; i < N; i++) {
		double gap = (double)(due_ns[i] - due_ns[i - 1]);

		assert_true(due_ns[i] >= due_ns[i - 1]);
		sum += gap;
		squares += gap * gap;
	}
	mean = sum / (N - 1);
	deviation = sqrt(squares / (N - 1) - mean * mean);
	/* Four standard errors: 1 / sqrt(N) of the mean, 2 of the deviation. */
	assert_true(fabs(mean / 2e6 - 1) < 4 / sqrt(N));
	assert_true(fabs(deviation / 2e6 - 1) < 8 / sqrt(N));
	free(due_ns);
}

static void the_seed_decides_the_times(void **state)
{
	uint64_t *a = times("poisson:500/s", 7), *b = times("poisson:500/s", 7);
	uint64_t *c = times("poisson:500/s", 8);

	(void)state;
	assert_memory_equal(a, b, N * sizeof(*a));
	assert_memory_not_equal(a, c, N * sizeof(*a));
	free(a);
	free(b);
	free(c);
}

static void a_rate_without_its_unit_is_told_so(void **state)
{
	struct arrival_process arrival;
	struct fr_error err;

	(void)state;
	assert_int_equal(
		arrival_parse(&arrival, "constant:5", "--arrivals", &err), -1);
	assert_error(&err, EXIT_USAGE,
		"--arrivals 'constant:5': the unit /s is missing, as in "
		"constant:500/s");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rate_without_its_unit_is_told_so),
		cmocka_unit_test(the_two_processes_are_understood),
		cmocka_unit_test(anything_else_is_told_a_good_one),
		cmocka_unit_test(constant_arrivals_have_equal_gaps),
		cmocka_unit_test(poisson_arrivals_have_exponential_gaps),
		cmocka_unit_test(the_seed_decides_the_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
