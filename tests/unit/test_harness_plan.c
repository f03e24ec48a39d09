/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells made from lists of values. */
#include "test_harness_plan.h"

#include "harness/roster/needs.h"
#include "harness/roster/registry.h"

static char *cells_text(const char *strategies, const char *concurrencies,
	const char *latencies, const char *requests)
{
	struct fr_error err;
	struct plan plan;

	if (plan_of(&plan, strategies, concurrencies, latencies, requests,
		    &err) < 0)
		fail_msg("refused: %s", err.text);
	return take_text(&plan);
}

static void refused(const char *strategies, const char *concurrencies,
	const char *latencies, const char *words)
{
	struct plan plan;
	struct fr_error err;

	assert_int_equal(plan_of(&plan, strategies, concurrencies, latencies,
				 REQUESTS, &err),
		-1);
	assert_error(&err, EXIT_USAGE, words);
	assert_null(plan.cells);
	assert_int_equal(plan.count, 0);
}

static void lists_make_their_product_in_order(void **state)
{
	(void)state;
	assert_string_equal(
		cells_text("pthread-map,openmp", "2,5", "1ms,50ms", REQUESTS),
		"pthread-map@2 1ms;pthread-map@2 50ms;"
		"pthread-map@5 1ms;pthread-map@5 50ms;"
		"openmp@2 1ms;openmp@2 50ms;openmp@5 1ms;openmp@5 50ms;");
}

static void a_strategy_may_have_its_own_concurrency(void **state)
{
	(void)state;
	assert_string_equal(
		cells_text("openmp@3,pthread-map", "4,5", "1ms", REQUESTS),
		"openmp@3 1ms;pthread-map@4 1ms;pthread-map@5 1ms;");
}

static void all_is_every_built_in_once(void **state)
{
	const char *text = cells_text("all", "20", "50ms", REQUESTS);
	const struct fr_strategy *strategy;
	size_t cells = 0, expected = 0;

	(void)state;
	for (const char *c = text; (c = strchr(c, ';')); c++)
		cells++;
	for (size_t i = 0; (strategy = registry_builtin(i)); i++) {
		/* These need work, or a limit, to differ from another one. */
		if (strategy->flags & (FR_WORK_APART | FR_OWN_LIMIT) ||
			needs_check(strategy, NULL) < 0 ||
			needs_check_plain(strategy, NULL) < 0)
			continue;
		assert_says(text, strategy->name);
		expected++;
	}
	assert_int_equal(cells, expected);
	assert_string_equal(
		cells_text("all@2,openmp@2", "20", "50ms", REQUESTS),
		cells_text("all@2", "20", "50ms", REQUESTS));
}

static void a_latency_may_hold_commas(void **state)
{
	static const struct {
		const char *list, *cells;
	} cases[] = {
		{"50ms", "null@1 50ms;"},
		{"50ms,500ms", "null@1 50ms;null@1 500ms;"},
		{"uniform:20ms,200ms", "null@1 uniform:20ms,200ms;"},
		{"50ms,uniform:1ms,2ms,constant:1s",
			"null@1 50ms;null@1 uniform:1ms,2ms;"
			"null@1 constant:1s;"},
		{"uniform:1ms,2ms,uniform:3ms,4ms",
			"null@1 uniform:1ms,2ms;null@1 uniform:3ms,4ms;"},
		{"lognormal:p50=4ms,p99=9ms,1ms",
			"null@1 lognormal:p50=4ms,p99=9ms,1ms;"},
		/* the server checks the latency, not the plan */
		{"5 parsecs", "null@1 5 parsecs;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
			cells_text("null", "1", cases[i].list, REQUESTS),
			cases[i].cells);
}

static void clamping_is_marked_and_equal_cells_are_kept_once(void **state)
{
	(void)state;
	assert_string_equal(cells_text("openmp", "3,4,9", "1ms", "4"),
		"openmp@3 1ms;openmp@4 1ms;");
	assert_string_equal(cells_text("sequential", "1,20", "1ms", REQUESTS),
		"sequential@1 1ms;");
	assert_string_equal(
		cells_text("openmp", "9", "1ms", "4"), "openmp@4* 1ms;");
	assert_string_equal(
		cells_text("openmp,openmp", "2,2", "1ms,1ms", REQUESTS),
		"openmp@2 1ms;");
}

static void bad_lists_are_refused_in_words(void **state)
{
	(void)state;
	refused("", "1", "1ms", "unknown strategy ''");
	refused("null,", "1", "1ms", "unknown strategy ''");
	refused("opemnp", "1", "1ms", "did you mean openmp?");
	refused("openmp@0", "1", "1ms", "--list '0': must be a whole number");
	refused("openmp@", "1", "1ms", "--list ''");
	refused("openmp@x", "1", "1ms", "--list 'x'");
	refused("openmp", "1,,2", "1ms", "--concurrency ''");
	refused("openmp", "1", "", "--latency '': a value is missing");
	refused("openmp", "1", "1ms,", "--latency '': a value is missing");
	refused("openmp", "50001", "1ms", "from 1 to 50000");
	refused("./a@b/none.so", "1", "1ms", "./a@b/none.so");
}

static void words_of_any_length_are_refused(void **state)
{
	static const size_t lengths[] = {128, 300, 4095, 4096, 100000};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *text = long_text('9', lengths[i]);

		refused(text, "1", "1ms", "");
		refused("null", text, "1ms", "--concurrency");
		refused("null", "1", text, "--latency");
		refused("null", "1,1", text, "--latency");
		free(text);
	}
}

static void more_cells_than_the_limit_are_refused(void **state)
{
	char *numbers = malloc(1100 * 6), *at = numbers;

	(void)state;
	assert_non_null(numbers);
	for (int c = 1; c <= PLAN_CELLS_MAX + 1; c++)
		at += sprintf(at, "%s%d", c == 1 ? "" : ",", c);
	{
		struct fr_error err;
		struct plan plan;

		assert_int_equal(
			plan_of(&plan, "openmp", numbers, "1ms", "20000", &err),
			-1);
		assert_error(&err, EXIT_USAGE, "more than 1000 cells");
		*strrchr(numbers, ',') = '\0';
		assert_int_equal(
			plan_of(&plan, "openmp", numbers, "1ms", "20000", &err),
			0);
		assert_int_equal(plan.count, PLAN_CELLS_MAX);
		plan_release(&plan);
	}
	free(numbers);
}

static void every_setting_makes_cells_of_its_own(void **state)
{
	static const struct exec_list no_programs;
	static const struct {
		size_t list;
		const char *more;
	} cases[] = {
		{offsetof(struct sweep, concurrency), "3,4"},
		{offsetof(struct sweep, requests), "30,40"},
		{offsetof(struct sweep, latency), "2ms,3ms"},
		{offsetof(struct sweep, payload), "100,200"},
		{offsetof(struct sweep, timeout), "1s,2s"},
		{offsetof(struct sweep, fault), "reset:1%,stall:1%"},
		{offsetof(struct sweep, capacity), "1,2"},
		{offsetof(struct sweep, bandwidth), "1kB/s,2kB/s"},
	};
	struct fr_error err;
	struct sweep sweep;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		one_of_each(&sweep);
		list((struct texts *)(void *)((char *)&sweep + cases[i].list),
			cases[i].more);
		assert_int_equal(plan_init(&plan,
					 &(struct plan_spec){.sweep = &sweep,
						 .programs = &no_programs},
					 &err),
			0);
		assert_int_equal(plan.count, 3);
		plan_release(&plan);
		sweep_release(&sweep);
	}
	one_of_each(&sweep);
	list(&sweep.connections, "fresh,reuse");
	list(&sweep.fault, "none");
	assert_int_equal(plan_init(&plan,
				 &(struct plan_spec){.sweep = &sweep,
					 .programs = &no_programs},
				 &err),
		0);
	assert_int_equal(plan.count, 2);
	assert_false(workload_is_fresh(&plan.cells[0].workload));
	assert_true(workload_is_fresh(&plan.cells[1].workload));
	assert_string_equal(plan.cells[0].workload.fault, "");
	plan_release(&plan);
	sweep_release(&sweep);
}

static void quotas_are_in_the_order_of_their_numbers(void **state)
{
	struct workload less, more;

	(void)state;
	workload_init(&less);
	workload_init(&more);
	(void)snprintf(less.cpus, sizeof(less.cpus), "0.25");
	(void)snprintf(more.cpus, sizeof(more.cpus), "0.5");
	assert_true(workload_compare_work(&less, &more) < 0);
	(void)snprintf(more.cpus, sizeof(more.cpus), "0.250");
	assert_int_equal(workload_compare_work(&less, &more), 0);
	(void)snprintf(less.cpus, sizeof(less.cpus), "2");
	(void)snprintf(more.cpus, sizeof(more.cpus), "12.5");
	assert_true(workload_compare_work(&less, &more) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_make_their_product_in_order),
		cmocka_unit_test(a_strategy_may_have_its_own_concurrency),
		cmocka_unit_test(all_is_every_built_in_once),
		cmocka_unit_test(a_latency_may_hold_commas),
		cmocka_unit_test(
			clamping_is_marked_and_equal_cells_are_kept_once),
		cmocka_unit_test(bad_lists_are_refused_in_words),
		cmocka_unit_test(words_of_any_length_are_refused),
		cmocka_unit_test(more_cells_than_the_limit_are_refused),
		cmocka_unit_test(every_setting_makes_cells_of_its_own),
		cmocka_unit_test(quotas_are_in_the_order_of_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
