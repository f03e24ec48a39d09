/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The looks at growing data, and the error rate that they spend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>

#include "harness/base/spending.h"

#define ALPHA 0.05

static void assert_looks(
	size_t first, size_t last, const size_t *looks, size_t count)
{
	size_t look = 0;

	for (size_t i = 0; i < count; i++) {
		look = spending_next_look(look, first, last);
		assert_int_equal(look, looks[i]);
	}
	assert_int_equal(spending_next_look(look, first, last), 0);
}

static void looks_grow_by_half_up_to_the_last(void **state)
{
	static const size_t grown[] = {8, 12, 18, 27, 41, 60};
	static const size_t one[] = {5};
	static const size_t each[] = {1, 2, 3};

	(void)state;
	assert_looks(8, 60, grown, 6);
	assert_looks(8, 5, one, 1);
	assert_looks(5, 5, one, 1);
	assert_looks(1, 3, each, 3);
}

static void all_looks_together_spend_alpha(void **state)
{
	(void)state;
	for (size_t first = 1; first < 20; first++)
		for (size_t last = 1; last < 200; last++) {
			double spent = 0;
			size_t before = 0, now;

			while ((now = spending_next_look(
					before, first, last))) {
				double level = spending_level(
					ALPHA, before, now, last);

				assert_true(level > 0);
				spent += level;
				before = now;
			}
			assert_true(fabs(spent - ALPHA) < 1e-12);
		}
}

/* The probability of at least `ups` heads in n tosses of a fair coin. */
static double p_of(size_t ups, size_t n)
{
	double p = 0, chance = ldexp(1, -(int)n);

	for (size_t k = 0; k <= n; k++) {
		p += k >= ups ? chance : 0;
		chance *= (double)(n - k) / (double)(k + 1);
	}
	return p;
}

/* Of many fair coins, the share that some look calls unfair. */
static void a_true_hypothesis_is_rejected_at_most_that_often(void **state)
{
	enum { COINS = 20000, LAST = 60 };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	int spending = 0, careless = 0;

	(void)state;
	for (int coin = 0; coin < COINS; coin++) {
		size_t before = 0, tossed = 0, ups = 0, now;
		bool by_spending = false, by_alpha = false;

		while ((now = spending_next_look(before, 8, LAST))) {
			double p;

			for (; tossed < now; tossed++)
				ups += gsl_ran_bernoulli(random, 0.5);
			p = p_of(ups, now);
			by_alpha |= p <= ALPHA;
			by_spending |=
				p <= spending_level(ALPHA, before, now, LAST);
			before = now;
		}
		spending += by_spending;
		careless += by_alpha;
	}
	gsl_rng_free(random);
	assert_true(spending <= ALPHA * (double)COINS);
	/* The comparison has a meaning: looks without spending err more. */
	assert_true(careless > 2 * ALPHA * (double)COINS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_grow_by_half_up_to_the_last),
		cmocka_unit_test(all_looks_together_spend_alpha),
		cmocka_unit_test(
			a_true_hypothesis_is_rejected_at_most_that_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
