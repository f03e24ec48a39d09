/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delays against the distribution they are said to follow. The expected CDFs
 * are written out here with the C library alone. Seeds are fixed, so a test
 * passes always or never.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "mock_server/latency.h"

enum { DRAWS = 100000 };
/*
 * Kolmogorov-Smirnov: sqrt(n) D exceeds this once in a hundred samples of the
 * right distribution. A wrong one exceeds it by far: sqrt(n) is 316.
 */
#define CRITICAL 1.628

static double normal(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

/* CDFs at t in ns. */
static double uniform_20_200(double t)
{
	return (t - 20e6) / 180e6;
}

static double normal_50_5(double t)
{
	return normal((t - 50e6) / 5e6);
}

/* A normal distribution of which 16 % would lie below 0. */
static double normal_5_5(double t)
{
	double below = normal(-1);

	return (normal((t - 5e6) / 5e6) - below) / (1 - below);
}

static double lognormal_40_400(double t)
{
	/* 2.326... is the 99 % quantile of the standard normal. */
	return normal(log(t / 40e6) / (log(10) / 2.3263478740408408));
}

static double lognormal_mu_sigma(double t)
{
	return normal(log(t / 1e9) + 3.2);
}

static double exponential_50(double t)
{
	return -expm1(-t / 50e6);
}

static double pareto_20(double t)
{
	return 1 - pow(20e6 / t, 1.5);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* sqrt(n) times the largest distance between the draws' CDF and the other. */
static double distance(const char *spec, double (*cdf)(double t))
{
	double *drawn = calloc(DRAWS, sizeof(*drawn)), most = 0;
	struct latency latency;
	struct mock_error err = {""};

	assert_non_null(drawn);
	assert_int_equal(latency_parse(&latency, spec, &err), 0);
	for (uint64_t i = 0; i < DRAWS; i++)
		/* Half a ns: a delay is rounded down to a whole one. */
		drawn[i] = (double)latency_draw(&latency, 7, i / 4, 1 + i % 4) +
			0.5;
	latency_release(&latency);
	qsort(drawn, DRAWS, sizeof(*drawn), compare);
	for (size_t i = 0; i < DRAWS; i++) {
		double p = cdf(drawn[i]);

		most = fmax(most, p - (double)i / (double)DRAWS);
		most = fmax(most, (double)(i + 1) / (double)DRAWS - p);
	}
	free(drawn);
	return most * sqrt(DRAWS);
}

static void draws_follow_their_distribution(void **state)
{
	static const struct {
		const char *spec;
		double (*cdf)(double t);
	} cases[] = {
		{"uniform:20ms,200ms", uniform_20_200},
		{"normal:50ms,5ms", normal_50_5},
		{"normal:5ms,5ms", normal_5_5},
		{"lognormal:p50=40ms,p99=400ms", lognormal_40_400},
		{"lognormal:mu=-3.2,sigma=1", lognormal_mu_sigma},
		{"exponential:50ms", exponential_50},
		{"pareto:20ms,1.5", pareto_20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double d = distance(cases[i].spec, cases[i].cdf);

		print_message("%-32s sqrt(n) D = %.3f\n", cases[i].spec, d);
		assert_true(d < CRITICAL);
	}
}

/* The test itself must be able to fail. */
static void a_slightly_wrong_distribution_is_found_out(void **state)
{
	(void)state;
	assert_true(distance("normal:50.2ms,5ms", normal_50_5) > CRITICAL);
	assert_true(distance("exponential:51ms", exponential_50) > CRITICAL);
}

static void bimodal_keeps_its_shares(void **state)
{
	struct latency latency;
	struct mock_error err = {""};
	unsigned slow = 0;

	(void)state;
	assert_int_equal(
		latency_parse(&latency, "bimodal:20ms,200ms,10%", &err), 0);
	for (uint64_t i = 0; i < DRAWS; i++) {
		uint64_t ns = latency_draw(&latency, 7, i, 1);

		assert_true(ns == 20000000 || ns == 200000000);
		slow += ns == 200000000;
	}
	/* Five standard deviations are 474. */
	assert_in_range(slow, DRAWS / 10 - 474, DRAWS / 10 + 474);
}

static void tails_are_cut_at_an_hour(void **state)
{
	struct latency latency;
	struct mock_error err = {""};
	uint64_t most = 0;

	(void)state;
	assert_int_equal(latency_parse(&latency, "pareto:1s,0.01", &err), 0);
	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t ns = latency_draw(&latency, 7, i, 1);

		most = ns > most ? ns : most;
	}
	assert_int_equal(most, LATENCY_MAX_NS);
}

static void explaining_draws_what_a_server_would(void **state)
{
	struct mock_latency_figures figures;
	struct mock_error err = {""};

	(void)state;
	assert_int_equal(mock_server_preview_latency(&figures,
				 "lognormal:p50=40ms,p99=400ms", &err),
		0);
	assert_true(fabs(figures.p50_ns / 40e6 - 1) < 0.01);
	assert_true(fabs(figures.p99_ns / 400e6 - 1) < 0.02);
	assert_true(figures.max_ns > 1e9);
	assert_true(figures.mean_ns > figures.p50_ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_follow_their_distribution),
		cmocka_unit_test(a_slightly_wrong_distribution_is_found_out),
		cmocka_unit_test(bimodal_keeps_its_shares),
		cmocka_unit_test(tails_are_cut_at_an_hour),
		cmocka_unit_test(explaining_draws_what_a_server_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
