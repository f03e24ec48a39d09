/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells made from lists of values, and the order of a block. */
#include "test_harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/plan/flags.h"
#include "harness/plan/plan.h"
#include "harness/roster/registry.h"

#define REQUESTS "20"

static void list(struct texts *texts, const char *values)
{
	assert_int_equal(texts_add_list(texts, values, "--list"), 0);
}

/* The plan of three lists, with one value of every other setting. */
static int plan_of(struct plan *plan, const char *strategies,
	const char *concurrencies, const char *latencies, const char *requests,
	struct fr_error *err)
{
	static const struct exec_list no_programs;
	struct sweep sweep = {0};
	int rc;

	list(&sweep.strategy, strategies);
	list(&sweep.requests, requests);
	list(&sweep.payload, "0");
	list(&sweep.connections, "reuse");
	list(&sweep.timeout, "10s");
	list(&sweep.fault, "none");
	list(&sweep.capacity, "0");
	list(&sweep.bandwidth, "none");
	list(&sweep.arrivals, "closed");
	assert_int_equal(texts_add_list(&sweep.concurrency, concurrencies,
				 "--concurrency"),
		0);
	assert_int_equal(
		texts_add_specs(&sweep.latency, latencies, "--latency"), 0);
	rc = plan_init(plan,
		&(struct plan_spec){.sweep = &sweep, .programs = &no_programs},
		err);
	sweep_release(&sweep);
	return rc;
}

/* Each cell as "strategy@concurrency latency;", with a * if it is clamped. */
static char *take_text(struct plan *plan)
{
	static char text[8192];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->count; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"%s@%u%s %s;", plan->cells[i].strategy->name,
			plan->cells[i].concurrency,
			plan->cells[i].clamped ? "*" : "",
			plan->cells[i].workload.latency);
	plan_release(plan);
	return text;
}

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
		if (strategy->flags & (FR_WORK_APART | FR_OWN_LIMIT))
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
	refused("openmp", "20001", "1ms", "from 1 to 20000");
	refused("./a@b/none.so", "1", "1ms", "./a@b/none.so");
}

/* A text of `length` times c, which the caller frees. */
static char *long_text(char c, size_t length)
{
	char *text = malloc(length + 1);

	assert_non_null(text);
	memset(text, c, length);
	text[length] = '\0';
	return text;
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

/* One value of each setting, to which a test adds more. */
static void one_of_each(struct sweep *sweep)
{
	*sweep = (struct sweep){0};
	list(&sweep->strategy, "openmp");
	list(&sweep->concurrency, "2");
	list(&sweep->requests, "20");
	list(&sweep->latency, "1ms");
	list(&sweep->payload, "0");
	list(&sweep->connections, "reuse");
	list(&sweep->timeout, "10s");
	list(&sweep->fault, "none");
	list(&sweep->capacity, "0");
	list(&sweep->bandwidth, "none");
	list(&sweep->arrivals, "closed");
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

/* An entry to include or exclude; NULL: the list is empty. */
struct entry {
	const char *strategy, *concurrency, *latency;
};

static struct sweep sweep_of(const struct entry *entry)
{
	struct sweep sweep = {0};

	if (entry->strategy)
		list(&sweep.strategy, entry->strategy);
	if (entry->concurrency)
		list(&sweep.concurrency, entry->concurrency);
	if (entry->latency)
		list(&sweep.latency, entry->latency);
	return sweep;
}

/* openmp and epoll at 2 and 3 and 1ms, with these two entries. */
static int plan_with(struct plan *plan, const struct entry *include,
	const struct entry *exclude, struct fr_error *err)
{
	static const struct exec_list no_programs;
	struct sweep sweep, more = sweep_of(include), less = sweep_of(exclude);
	int rc;

	one_of_each(&sweep);
	list(&sweep.strategy, "epoll");
	list(&sweep.concurrency, "3");
	rc = plan_init(plan,
		&(struct plan_spec){
			.sweep = &sweep,
			.include = &more,
			.include_count = include->strategy ||
				include->concurrency || include->latency,
			.exclude = &less,
			.exclude_count = exclude->strategy ||
				exclude->concurrency || exclude->latency,
			.programs = &no_programs,
		},
		err);
	sweep_release(&sweep);
	sweep_release(&more);
	sweep_release(&less);
	return rc;
}

static void entries_add_cells_and_take_some_out(void **state)
{
#define OPENMP "openmp@2 1ms;openmp@3 1ms;"
#define EPOLL  "epoll@2 1ms;epoll@3 1ms;"
	static const struct {
		struct entry include, exclude;
		const char *cells;
	} cases[] = {
		{{0}, {0}, OPENMP EPOLL},
		/* An empty list of an entry stands for that of the sweep. */
		{{"null", NULL, NULL}, {0}, OPENMP EPOLL "null@1* 1ms;"},
		{{"sequential", "4", "5ms"}, {0},
			OPENMP EPOLL "sequential@1* 5ms;"},
		{{NULL, "7", NULL}, {0},
			OPENMP EPOLL "openmp@7 1ms;epoll@7 1ms;"},
		{{"epoll@9", "7,8", NULL}, {0}, OPENMP EPOLL "epoll@9 1ms;"},
		/* All non-empty lists of an entry must have the cell's value. */
		{{0}, {"openmp", NULL, NULL}, EPOLL},
		{{0}, {"openmp", "3", NULL}, "openmp@2 1ms;" EPOLL},
		{{0}, {"openmp", "3", "2ms"}, OPENMP EPOLL},
		{{0}, {"all", "2", "2ms,1ms"}, "openmp@3 1ms;epoll@3 1ms;"},
		{{0}, {NULL, "3,4", NULL}, "openmp@2 1ms;epoll@2 1ms;"},
		/* Included cells can be excluded, too. */
		{{"null", NULL, "1ms,2ms"}, {NULL, NULL, "1ms"},
			"null@1* 2ms;"},
	};
	struct fr_error err;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (plan_with(&plan, &cases[i].include, &cases[i].exclude,
			    &err) < 0)
			fail_msg("case %zu: %s", i, err.text);
		assert_string_equal(take_text(&plan), cases[i].cells);
	}
}

static void entries_that_cannot_be_are_refused_in_words(void **state)
{
	static const struct {
		struct entry include, exclude;
		const char *words;
	} cases[] = {
		{{"nul", NULL, NULL}, {0}, "did you mean null?"},
		{{NULL, "0", NULL}, {0}, "--list '0'"},
		{{0}, {"all", NULL, NULL}, "all 4 are excluded"},
		{{0}, {NULL, "2,3", NULL}, "all 4 are excluded"},
		{{0}, {"epol", NULL, NULL}, "--list: unknown strategy 'epol'"},
		{{0}, {"all,epol", NULL, NULL}, "unknown strategy 'epol'"},
		{{0}, {"openmp", "2,x", NULL}, "--list 'x'"},
	};
	struct fr_error err;
	struct plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(plan_with(&plan, &cases[i].include,
					 &cases[i].exclude, &err),
			-1);
		assert_error(&err, EXIT_USAGE, cases[i].words);
		assert_null(plan.cells);
	}
}

/* The plan of openmp and these words, with an entry and a program. */
static void with_program(const char *program, const char *words,
	const struct entry *include, const char *arrivals, const char *expected)
{
	struct exec_list programs = {0};
	struct sweep sweep, more = sweep_of(include);
	struct fr_error err;
	struct plan plan;

	assert_int_equal(exec_list_add(&programs, program, &err), 0);
	one_of_each(&sweep);
	if (words)
		list(&sweep.strategy, words);
	texts_release(&sweep.arrivals);
	list(&sweep.arrivals, arrivals);
	if (plan_init(&plan,
		    &(struct plan_spec){.sweep = &sweep,
			    .include = &more,
			    .include_count = include->strategy != NULL,
			    .programs = &programs},
		    &err) == 0)
		assert_string_equal(take_text(&plan), expected);
	else
		assert_error(&err, EXIT_USAGE, expected);
	sweep_release(&sweep);
	sweep_release(&more);
	exec_list_release(&programs);
}

static void programs_are_strategies_and_run_once(void **state)
{
	static const struct entry nothing, more = {"p", "5", NULL};

	(void)state;
	with_program(
		"p=true", NULL, &nothing, "closed", "openmp@2 1ms;p@2 1ms;");
	with_program(
		"p=true", "p@3", &nothing, "closed", "openmp@2 1ms;p@3 1ms;");
	with_program("p=true", "p,null", &nothing, "closed",
		"openmp@2 1ms;p@2 1ms;null@1* 1ms;");
	with_program("p=true", NULL, &more, "closed", "openmp@2 1ms;p@5 1ms;");
	with_program("pp=true\np=true", "pp", &nothing, "closed",
		"openmp@2 1ms;pp@2 1ms;p@2 1ms;");
	with_program("epoll=true", NULL, &nothing, "closed",
		"two strategies are called epoll");
	with_program("p=true", NULL, &nothing, "poisson:5/s",
		"p cannot keep arrivals poisson:5/s");
	with_program("p=true", "q", &nothing, "closed", "unknown strategy 'q'");
}

static void a_setting_that_is_none_is_refused_in_words(void **state)
{
	char *longer = long_text('x', 128), *longest = long_text('x', 127);
	const struct {
		const char *name, *value;
		bool good;
	} cases[] = {
		{"requests", "10000000", true},
		{"requests", "10000001", false},
		{"requests", "0", false},
		{"payload", "10000001", false},
		{"connections", "fresh", true},
		{"connections", "reuse", true},
		{"connections", "Fresh", false},
		{"timeout", "1ms", true},
		{"timeout", "999us", false},
		{"timeout", "2500us", false},
		{"timeout", "3600s", true},
		{"timeout", "3601s", false},
		{"capacity", "4294967295", true},
		{"capacity", "4294967296", false},
		{"fault", longest, true},
		{"fault", longer, false},
		{"bandwidth", longer, false},
		{"latency", longest, true},
		{"latency", longer, false},
		{"arrivals", "closed", true},
		{"arrivals", "poisson:5/s", true},
		{"arrivals", "sometimes", false},
		{"range", "0-0", true},
		{"range", "5-4294967296", true},
		{"range", "none", true},
		{"range", "5-4", false},
		{"range", "5-", false},
		{"range", "-5", false},
		{"range", "0-1,4-5", false},
		{"range", "0-9999999999999999999", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dimension *dimension = dimensions;
		char copy[256], where[] = "--here";
		const struct text value = {.text = copy, .where = where};
		struct cell cell = {0};
		struct fr_error err;

		(void)snprintf(copy, sizeof(copy), "%s", cases[i].value);
		while (strcmp(dimension->name, cases[i].name) != 0)
			dimension++;
		if (dimension_set(dimension, &cell, &value, &err) !=
			(cases[i].good ? 0 : -1))
			fail_msg("%s %s", cases[i].name, cases[i].value);
		if (!cases[i].good)
			assert_error(&err, EXIT_USAGE, "--here '");
	}
	free(longest);
	free(longer);
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

static void a_product_without_end_is_refused(void **state)
{
	static const struct exec_list no_programs;
	struct fr_error err;
	struct sweep sweep;
	struct plan plan;

	(void)state;
	one_of_each(&sweep);
	/* 2^30 times the same cell: few to keep, but too many to visit. */
	for (int i = 0; i < 1023; i++) {
		list(&sweep.latency, "1ms");
		list(&sweep.timeout, "10s");
		list(&sweep.fault, "none");
	}
	assert_int_equal(plan_init(&plan,
				 &(struct plan_spec){.sweep = &sweep,
					 .programs = &no_programs},
				 &err),
		-1);
	assert_error(&err, EXIT_USAGE, "product of more than");
	sweep_release(&sweep);
}

static void make_plan(struct plan *plan)
{
	struct fr_error err;

	assert_int_equal(plan_of(plan, "openmp", "1,2,3,4,5,6,7,8,9,10",
				 "1ms,2ms", REQUESTS, &err),
		0);
	assert_int_equal(plan->count, 20);
}

static void the_order_of_a_block_is_a_permutation(void **state)
{
	struct plan plan;
	size_t order[20];

	(void)state;
	make_plan(&plan);
	for (int64_t block = -3; block < 50; block++) {
		unsigned seen = 0;

		assert_int_equal(plan_order(&plan, 7, block, order), 0);
		for (size_t i = 0; i < 20; i++) {
			assert_true(order[i] < 20);
			seen |= 1u << order[i];
		}
		assert_int_equal(seen, (1u << 20) - 1);
	}
	plan_release(&plan);
}

static void the_seed_decides_the_order_and_blocks_differ(void **state)
{
	size_t one[20], other[20];
	struct plan plan;

	(void)state;
	make_plan(&plan);
	assert_int_equal(plan_order(&plan, 7, 1, one), 0);
	assert_int_equal(plan_order(&plan, 7, 1, other), 0);
	assert_memory_equal(one, other, sizeof(one));
	for (int64_t block = 2; block < 30; block++) {
		assert_int_equal(plan_order(&plan, 7, block, other), 0);
		assert_memory_not_equal(one, other, sizeof(one));
	}
	for (uint64_t seed = 8; seed < 30; seed++) {
		assert_int_equal(plan_order(&plan, seed, 1, other), 0);
		assert_memory_not_equal(one, other, sizeof(one));
	}
	plan_release(&plan);
}

/* Fixed values: a run that another version resumes keeps its seeds. */
static void every_block_has_a_seed_of_its_own(void **state)
{
	enum { SEEDS = 20, BLOCKS = 100 };
	uint64_t all[SEEDS * BLOCKS];

	(void)state;
	assert_int_equal(plan_seed(7, 1), 7);
	assert_true(plan_seed(1, 2) == UINT64_C(285097822449837));
	assert_true(plan_seed(1, 0) == UINT64_C(7771917260970010));
	assert_true(plan_seed(INT64_MAX, 1) == INT64_MAX);
	/* Runs with neighbouring seeds share no draws. */
	for (uint64_t seed = 0; seed < SEEDS; seed++)
		for (int64_t block = -1; block < BLOCKS - 1; block++)
			all[seed * BLOCKS + (uint64_t)(block + 1)] =
				plan_seed(seed, block);
	for (size_t i = 0; i < SEEDS * BLOCKS; i++) {
		assert_true(all[i] < (UINT64_C(1) << 53));
		for (size_t j = 0; j < i; j++)
			assert_true(all[i] != all[j]);
	}
}

/* Each cell leads some block, so that no cell is always disadvantaged. */
static void every_cell_gets_to_the_front(void **state)
{
	unsigned first = 0;
	struct plan plan;
	size_t order[20];

	(void)state;
	make_plan(&plan);
	for (int64_t block = 1; block <= 400; block++) {
		assert_int_equal(plan_order(&plan, 1, block, order), 0);
		first |= 1u << order[0];
	}
	assert_int_equal(first, (1u << 20) - 1);
	plan_release(&plan);
}

static void items_are_the_twenty_flags_over_and_over(void **state)
{
	const char **urls = flag_urls("http://127.0.0.1:8001", 41);

	(void)state;
	assert_non_null(urls);
	assert_string_equal(urls[0], "http://127.0.0.1:8001/flags/bd/bd.gif");
	assert_string_equal(urls[19], "http://127.0.0.1:8001/flags/vn/vn.gif");
	assert_string_equal(urls[40], urls[0]);
	for (size_t i = 1; i < POP20_COUNT; i++)
		assert_true(strcmp(pop20[i - 1], pop20[i]) < 0);
	free(urls);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
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
		cmocka_unit_test(entries_add_cells_and_take_some_out),
		cmocka_unit_test(entries_that_cannot_be_are_refused_in_words),
		cmocka_unit_test(programs_are_strategies_and_run_once),
		cmocka_unit_test(a_setting_that_is_none_is_refused_in_words),
		cmocka_unit_test(quotas_are_in_the_order_of_their_numbers),
		cmocka_unit_test(a_product_without_end_is_refused),
		cmocka_unit_test(the_order_of_a_block_is_a_permutation),
		cmocka_unit_test(the_seed_decides_the_order_and_blocks_differ),
		cmocka_unit_test(every_block_has_a_seed_of_its_own),
		cmocka_unit_test(every_cell_gets_to_the_front),
		cmocka_unit_test(items_are_the_twenty_flags_over_and_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
