/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers are not to be had: an error, and never a crash. */
#include "test_harness.h"

#include <errno.h>
#include <gsl/gsl_rng.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/plan/arrival.h"
#include "harness/plan/plan.h"

/* In place of the library's, which memory has run out for. */
gsl_rng *gsl_rng_alloc(const gsl_rng_type *type)
{
	(void)type;
	return NULL;
}

static void a_plan_without_random_numbers_has_no_order(void **state)
{
	struct cell cells[2] = {
		{.workload.requests = 1}, {.workload.requests = 2}};
	const struct plan plan = {.cells = cells, .count = 2};
	size_t order[2];

	(void)state;
	assert_int_equal(plan_order(&plan, 1, 1, order), -ENOMEM);
}

static void arrivals_without_random_numbers_are_an_error(void **state)
{
	struct fr_error err;
	uint64_t *due_ns;

	(void)state;
	assert_int_equal(arrival_draw(&due_ns, "poisson:5/s", 4, 1, &err), -1);
	assert_error(&err, EXIT_INVALID, "out of memory");
	assert_null(due_ns);
	assert_int_equal(arrival_draw(&due_ns, "constant:5/s", 1, 1, &err), 0);
	free(due_ns);
}

/* Doubling its room, a list grows by a constant share each time. */
static void a_list_of_texts_keeps_what_it_has(void **state)
{
	struct texts texts = {0};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char text[8];

		assert_int_equal(
			texts_add(&texts, text,
				(size_t)snprintf(text, sizeof(text), "%d", i),
				"here"),
			0);
	}
	assert_int_equal(texts.count, 1000);
	assert_string_equal(texts.at[0].text, "0");
	assert_string_equal(texts.at[511].text, "511");
	assert_string_equal(texts.at[999].text, "999");
	texts_release(&texts);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_without_random_numbers_has_no_order),
		cmocka_unit_test(arrivals_without_random_numbers_are_an_error),
		cmocka_unit_test(a_list_of_texts_keeps_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
