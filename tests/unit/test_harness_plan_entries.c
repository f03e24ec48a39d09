/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells that entries add and take out, and programs among the strategies. */
#include "test_harness_plan.h"

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

	assert_int_equal(exec_list_add(&programs, EXEC_ONCE, program, &err), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_add_cells_and_take_some_out),
		cmocka_unit_test(entries_that_cannot_be_are_refused_in_words),
		cmocka_unit_test(programs_are_strategies_and_run_once),
		cmocka_unit_test(a_setting_that_is_none_is_refused_in_words),
		cmocka_unit_test(a_product_without_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
