/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of what strategies need, and their order of simplicity. */
#include "test_harness.h"

#include <string.h>

#include "harness/roster/registry.h"
#include "harness/roster/traits.h"

static void set_words(struct texts *words, const char *list)
{
	*words = (struct texts){0};
	assert_int_equal(texts_add_list(words, list, "--without"), 0);
}

static void every_builtin_but_the_floor_is_in_the_table_once(void **state)
{
	const struct fr_strategy *strategy;
	size_t builtins = 0, entries = 0;

	(void)state;
	for (size_t i = 0; (strategy = registry_builtin(i)); i++) {
		if (strategy->flags & FR_NO_NETWORK)
			continue;
		builtins++;
		assert_non_null(traits_find(strategy->name));
	}
	for (const struct traits *t = strategy_traits; t->strategy; t++) {
		entries++;
		for (const struct traits *u = t + 1; u->strategy; u++)
			assert_string_not_equal(t->strategy, u->strategy);
	}
#ifdef FLAGRACE_URING
	assert_int_equal(entries, builtins);
#else
	assert_true(entries >= builtins);
#endif
}

static void flags_and_traits_say_the_same(void **state)
{
	const struct fr_strategy *strategy;

	(void)state;
	for (size_t i = 0; (strategy = registry_builtin(i)); i++) {
		const struct traits *traits = traits_find(strategy->name);
		bool http2 = strategy->flags & FR_HTTP2;
		bool own = strategy->flags & FR_PLAIN_HTTP;
		bool uring = strategy->flags & FR_NEEDS_IO_URING;

		if (!traits)
			continue;
		assert_int_equal(!!(traits->needs & 1u << TRAIT_HTTP2), http2);
		assert_int_equal(!!(traits->needs & 1u << TRAIT_OWN_HTTP), own);
		assert_int_equal(
			!!(traits->needs & 1u << TRAIT_IO_URING), uring);
	}
}

static void a_strategy_goes_by_what_it_needs_and_by_its_name(void **state)
{
	struct texts words;

	(void)state;
	set_words(&words, "fork,openmp,multi-poll");
	assert_string_equal(traits_needs("process-pool", &words), "fork");
	assert_string_equal(traits_needs("openmp-task", &words), "openmp");
	assert_string_equal(traits_needs("multi-poll", &words), "multi-poll");
	assert_null(traits_needs("pthread-map", &words));
	assert_null(traits_needs("mine", &words));
	texts_release(&words);
}

static void an_order_goes_before_the_table_and_strangers_come_last(void **state)
{
	struct texts none = {0}, order;

	(void)state;
	set_words(&order, "epoll,multi-poll");
	assert_int_equal(traits_place("sequential", &none), 0);
	assert_true(traits_place("pthread-map", &none) <
		traits_place("multi-poll", &none));
	assert_true(
		traits_place("io-uring", &none) < traits_place("mine", &none));
	assert_int_equal(traits_place("epoll", &order), 0);
	assert_int_equal(traits_place("multi-poll", &order), 1);
	assert_int_equal(traits_place("sequential", &order), 2);
	texts_release(&order);
}

static void unknown_words_are_refused_with_the_nearest(void **state)
{
	struct fr_error err;
	struct texts words;

	(void)state;
	set_words(&words, "thread");
	assert_int_equal(traits_check(&words, &err), -1);
	assert_non_null(strstr(err.text, "did you mean threads?"));
	texts_release(&words);
	set_words(&words, "threads");
	assert_int_equal(traits_check(&words, &err), 0);
	assert_int_equal(traits_check_order(&words, &err), -1);
	texts_release(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_builtin_but_the_floor_is_in_the_table_once),
		cmocka_unit_test(flags_and_traits_say_the_same),
		cmocka_unit_test(
			a_strategy_goes_by_what_it_needs_and_by_its_name),
		cmocka_unit_test(
			an_order_goes_before_the_table_and_strangers_come_last),
		cmocka_unit_test(unknown_words_are_refused_with_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
