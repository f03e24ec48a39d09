/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That sweeps are found among cells, fitted, and shown with their errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/view/table.h"
#include "tests/unit/run_fixture.h"

static const struct usl law = {200, 0.02, 0.001};

/* Six blocks of a strategy of that law, at 1, 2, .. 2^(count - 1). */
static void add_sweep(
	struct run_fixture *fixture, const char *strategy, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		for (int block = 1; block <= 6; block++)
			run_fixture_add_valid(fixture, strategy, 1u << i, block,
				20e3 / usl_throughput(&law, 1u << i));
	}
}

/* What the run in ./run gives; *err is filled in when that is NULL. */
static struct scaling *fit(struct fr_error *err)
{
	struct summary *summary;
	struct scaling *scaling;

	assert_int_equal(
		run_fixture_summary(&summary, "run", CLOCK_ELAPSED, err), 0);
	(void)scaling_create(&scaling, summary, err);
	summary_free(summary);
	return scaling;
}

static void each_sweep_gets_its_curve(void **state)
{
	struct run_fixture fixture;
	const struct scaling_row *rows;
	struct scaling *scaling;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, "openmp", 7);
	add_sweep(&fixture, "epoll", 5);
	add_sweep(&fixture, "short", 3);
	run_fixture_add_valid(&fixture, "sequential", 1, 1, 1000);
	run_fixture_end(&fixture);
	scaling = fit(&err);
	assert_non_null(scaling);
	assert_int_equal(scaling->curves, 2);
	assert_int_equal(scaling_curve(scaling, 1, &rows), 5);
	assert_string_equal(rows[0].cell.strategy, "epoll");
	assert_int_equal(scaling_curve(scaling, 2, &rows), 7);
	for (unsigned i = 0; i < 7; i++) {
		assert_int_equal(rows[i].cell.concurrency, 1u << i);
		assert_true(fabs(rows[i].usl.sigma - law.sigma) < 1e-4);
		assert_true(fabs(rows[i].usl.kappa - law.kappa) < 1e-5);
		assert_true(fabs(rows[i].residual) < 1e-4);
		assert_true(fabs(rows[i].left_out) < 1e-3);
	}
	assert_true(fabs(rows[0].knee - sqrt(0.98 / 0.001)) < 0.1);
	assert_true(isnan(rows[6].gain));
	assert_true(fabs(rows[0].gain -
			    usl_throughput(&law, 2) / usl_throughput(&law, 1) +
			    1) < 1e-4);
	/* 16 to 32 gains 18 %, 32 to 64 loses 17 %. */
	assert_int_equal(scaling_stops_at(rows, 7), 32);
	assert_int_equal(scaling_stops_at(rows, 5), 0);
	scaling_free(scaling);
}

static void a_point_is_predicted_without_itself(void **state)
{
	struct run_fixture fixture;
	const struct scaling_row *rows;
	struct scaling *scaling;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, "openmp", 5);
	/* Half of what the law says. */
	run_fixture_add_valid(
		&fixture, "openmp", 32, 1, 2 * 20e3 / usl_throughput(&law, 32));
	run_fixture_end(&fixture);
	scaling = fit(&err);
	assert_non_null(scaling);
	assert_int_equal(scaling_curve(scaling, 1, &rows), 6);
	assert_true(fabs(rows[5].left_out - 1) < 1e-3);
	assert_true(fabs(rows[5].residual) < 0.5);
	scaling_free(scaling);
}

static void open_loops_are_no_sweep(void **state)
{
	struct run_fixture fixture;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, "run");
	for (unsigned i = 0; i < 5; i++) {
		struct trial_row trial =
			run_fixture_trial(&fixture, "openmp", 1u << i, 1, 100);

		(void)snprintf(trial.workload.arrivals,
			sizeof(trial.workload.arrivals), "constant:500/s");
		run_fixture_add(&fixture, &trial);
	}
	run_fixture_end(&fixture);
	assert_null(fit(&err));
	assert_int_equal(err.status, EXIT_INCONCLUSIVE);
}

static void too_few_concurrencies_are_told(void **state)
{
	struct run_fixture fixture;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, "openmp", 2);
	run_fixture_end(&fixture);
	assert_null(fit(&err));
	assert_int_equal(err.status, EXIT_INCONCLUSIVE);
	assert_string_equal(err.text,
		"a fit needs one strategy at 4 or more concurrencies; "
		"the most found is 2");
}

/* What people read of the run in ./run; the caller's to free. */
static char *read_aloud(void)
{
	struct fr_error err;
	struct scaling *scaling = fit(&err);
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(scaling);
	assert_non_null(out);
	assert_int_equal(scaling_write(out, scaling, TABLE_TEXT), 0);
	assert_int_equal(fclose(out), 0);
	scaling_free(scaling);
	return text;
}

static void the_sentences_say_what_the_curve_says(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, "openmp", 7);
	run_fixture_end(&fixture);
	text = read_aloud();
	assert_non_null(strstr(text, "openmp: 20 requests, latency 50ms"));
	assert_non_null(strstr(text, "sigma (contention) 0.02, kappa"));
	assert_non_null(strstr(text, "curve is highest: 31.\n"));
	assert_non_null(strstr(text, "as measured, from 32 on."));
	assert_non_null(strstr(text, " +95.7\n"));
	assert_non_null(strstr(text, "within 0.0 % of every point."));
	free(text);

	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, "openmp", 4);
	run_fixture_end(&fixture);
	text = read_aloud();
	assert_non_null(
		strstr(text, "31, extrapolated beyond the points measured"));
	assert_non_null(
		strstr(text, "as measured, it gains that much throughout."));
	free(text);
}

static void throughput_that_is_flat_or_linear_has_a_word(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	for (unsigned i = 0; i < 5; i++)
		run_fixture_add_valid(&fixture, "flat", 1u << i, 1, 100);
	run_fixture_end(&fixture);
	text = read_aloud();
	assert_non_null(
		strstr(text, "The knee is at 1: concurrency gains nothing."));
	free(text);

	run_fixture_begin(&fixture, "run");
	for (unsigned i = 0; i < 5; i++)
		run_fixture_add_valid(
			&fixture, "linear", 1u << i, 1, 1000.0 / (1u << i));
	run_fixture_end(&fixture);
	text = read_aloud();
	assert_non_null(strstr(text, "No knee: the curve rises without limit"));
	assert_non_null(strstr(text, "doubling gains 10 %, without limit"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sweep_gets_its_curve),
		cmocka_unit_test(a_point_is_predicted_without_itself),
		cmocka_unit_test(open_loops_are_no_sweep),
		cmocka_unit_test(too_few_concurrencies_are_told),
		cmocka_unit_test(the_sentences_say_what_the_curve_says),
		cmocka_unit_test(throughput_that_is_flat_or_linear_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
