/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding strategies by name and by path, and what none may be. */
#include "test_harness.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/plan/plan.h"
#include "harness/roster/registry.h"

static int nothing(struct fr_job *job)
{
	(void)job;
	return 0;
}

static struct fr_strategy good(void)
{
	return (struct fr_strategy){
		.abi = FR_STRATEGY_ABI,
		.name = "good",
		.summary = "keeps the contract",
		.default_concurrency = 1,
		.download_many = nothing,
	};
}

static void every_built_in_keeps_the_contract(void **state)
{
	const struct fr_strategy *strategy, *other;
	struct fr_error err;

	(void)state;
	assert_non_null(registry_builtin(0));
	for (size_t i = 0; (strategy = registry_builtin(i)); i++) {
		if (registry_check(strategy, strategy->name, &err) < 0)
			fail_msg("%s", err.text);
		assert_ptr_equal(registry_find(strategy->name, &err), strategy);
		for (size_t j = 0; j < i; j++) {
			other = registry_builtin(j);
			assert_string_not_equal(strategy->name, other->name);
		}
	}
}

static void refused(struct fr_strategy strategy, const char *words)
{
	struct fr_error err;

	assert_int_equal(registry_check(&strategy, "./some.so", &err), -1);
	assert_error(&err, EXIT_USAGE, words);
	assert_says(err.text, "./some.so ");
}

static void another_abi_is_refused_before_all_else(void **state)
{
	struct fr_strategy strategy = {.abi = FR_STRATEGY_ABI + 1};

	(void)state;
	refused(strategy,
		"was built for strategy ABI 6, but this flagrace "
		"has ABI 5");
	strategy.abi = 0;
	refused(strategy, "ABI 0");
}

static void malformed_names_are_refused(void **state)
{
	static const char *const names[] = {"", "Good", "a b", "a_b", "a,b",
		"a@2", "caf\xc3\xa9", "a\n",
		"abcdefghijklmnopqrstuvwxyz-01234"};
	struct fr_strategy strategy = good();
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		strategy.name = names[i];
		refused(strategy,
			"name must have 1 to 31 characters of a-z, 0-9 and '-'");
	}
	strategy.name = NULL;
	refused(strategy, "name must have");
	strategy.name = "abcdefghijklmnopqrstuvwxyz-0123";
	assert_int_equal(registry_check(&strategy, "x", &err), 0);
}

static void what_is_required_is_named_when_missing(void **state)
{
	struct fr_strategy strategy = good();

	(void)state;
	strategy.download_many = NULL;
	refused(strategy, "it has no download_many");
	strategy = good();
	strategy.summary = NULL;
	refused(strategy, "it has no summary");
	strategy = good();
	strategy.default_concurrency = 0;
	refused(strategy, "default_concurrency must be at least 1");
}

static void an_unknown_name_lists_the_known_and_the_nearest(void **state)
{
	struct fr_error err;

	(void)state;
	assert_null(registry_find("sequentail", &err));
	assert_error(&err, EXIT_USAGE,
		"unknown strategy 'sequentail'; did you mean sequential?");
	for (size_t i = 0; registry_builtin(i); i++)
		assert_says(err.text, registry_builtin(i)->name);
	assert_null(registry_find("zzzzzzzzz", &err));
	assert_null(strstr(err.text, "did you mean"));
	assert_says(err.text, "or the path of a .so");
	assert_null(registry_find("", &err));
	assert_error(&err, EXIT_USAGE, "unknown strategy ''");
}

static void a_plug_in_is_loaded_by_its_path(void **state)
{
	const struct fr_strategy *strategy;
	struct fr_error err;

	(void)state;
	strategy = registry_find(PLUGINS "/good.so", &err);
	if (!strategy)
		fail_msg("%s", err.text);
	assert_string_equal(strategy->name, "plug-in");
	assert_ptr_equal(registry_find(PLUGINS "/good.so", &err), strategy);
}

/* From wherever it was loaded, and for a process in another folder. */
static void the_word_of_a_strategy_finds_it_again(void **state)
{
	const struct fr_strategy *strategy, own = good();
	char path[PATH_MAX], expected[PATH_MAX];
	struct fr_error err;

	(void)state;
	for (size_t i = 0; (strategy = registry_builtin(i)); i++)
		assert_string_equal(
			registry_word(strategy, path), strategy->name);
	assert_int_equal(chdir(PLUGINS), 0);
	strategy = registry_find("../plugins/also-null.so", &err);
	assert_non_null(strategy);
	assert_non_null(realpath("also-null.so", expected));
	assert_string_equal(registry_word(strategy, path), expected);
	assert_ptr_equal(registry_find(expected, &err), strategy);
	assert_string_equal(registry_word(&own, path), "good");
}

static void path_refused(const char *path, const char *words)
{
	struct fr_error err;

	assert_null(registry_find(path, &err));
	assert_error(&err, EXIT_USAGE, words);
	assert_says(err.text, path);
}

static void a_file_that_is_no_plug_in_is_refused_in_words(void **state)
{
	(void)state;
	path_refused("./no/such.so", "cannot load a strategy: ");
	path_refused("/dev/null", "cannot load a strategy: ");
	path_refused("/", "cannot load a strategy: ");
	path_refused(PLUGINS "/no-symbol.so",
		"defines no symbol 'fr_strategy'; build it with -DFR_PLUGIN");
	path_refused(PLUGINS "/old.so", "was built for strategy ABI 0");
	path_refused(PLUGINS "/bad-name.so", "name must have 1 to 31");
}

static void flags_that_are_the_harness_s_are_refused(void **state)
{
	(void)state;
	path_refused(PLUGINS "/witness-samples.so",
		"FR_WITNESS_SAMPLES is reserved for the programs");
	path_refused(PLUGINS "/no-network.so",
		"FR_NO_NETWORK is reserved for a strategy named null");
}

static void a_plug_in_that_ends_its_process_ends_no_other(void **state)
{
	(void)state;
	path_refused(
		PLUGINS "/exits-early.so", "it ends the process that loads it");
	path_refused(PLUGINS "/dies-early.so",
		"it ends the process that loads it, by SIGABRT");
}

/* The functions of a plug-in are in a trial's process only. */
static void a_plug_in_is_not_loaded_here(void **state)
{
	const struct fr_strategy *strategy, *loaded;
	struct fr_error err;
	char command[64];

	(void)state;
	strategy = registry_find(PLUGINS "/leaves.so", &err);
	if (!strategy)
		fail_msg("%s", err.text);
	assert_string_equal(strategy->summary, "a plug-in of a test");
	assert_int_equal(strategy->default_concurrency, 1);
	assert_null(strategy->download_many);
	/* Neither here nor left behind by the process that has asked it. */
	(void)snprintf(command, sizeof(command),
		"! grep -q leaves.so /proc/%d/maps", (int)getpid());
	assert_int_equal(system(command), 0);
	assert_int_not_equal(
		system("grep -qs leaves[.]so /proc/[0-9]*/maps"), 0);
	strategy = registry_builtin(0);
	assert_int_equal(registry_load(&loaded, strategy), 0);
	assert_ptr_equal(loaded, strategy);
}

static void a_plug_in_that_was_built_anew_is_another_one(void **state)
{
	const struct fr_strategy *strategy, *loaded;
	struct fr_error err;

	(void)state;
	assert_int_equal(system("cp " PLUGINS "/good.so built.so"), 0);
	strategy = registry_find("./built.so", &err);
	assert_non_null(strategy);
	assert_int_equal(system("cp " PLUGINS "/good.so new.so && "
				"mv new.so built.so"),
		0);
	assert_int_equal(registry_load(&loaded, strategy), -ESTALE);
	assert_ptr_not_equal(registry_find("./built.so", &err), strategy);
	assert_int_equal(unlink("built.so"), 0);
}

/* The plan of these strategies and one value of all that is required. */
static int plan_of(
	struct plan *plan, const char *strategies, struct fr_error *err)
{
	static const struct exec_list no_programs;
	struct sweep sweep = {0};
	int rc = texts_add_list(&sweep.strategy, strategies, "--strategy");

	rc |= texts_add_list(&sweep.concurrency, "1", "--concurrency");
	rc |= texts_add_list(&sweep.requests, "1", "--requests");
	rc |= texts_add_list(&sweep.latency, "1ms", "--latency");
	rc |= texts_add_list(&sweep.timeout, "1s", "--timeout");
	assert_int_equal(rc, 0);
	rc = plan_init(plan,
		&(struct plan_spec){.sweep = &sweep, .programs = &no_programs},
		err);
	sweep_release(&sweep);
	return rc;
}

/* The CSV knows strategies by name: two of one name would be one cell. */
static void two_strategies_of_one_name_are_refused(void **state)
{
	struct fr_error err;
	struct plan plan;

	(void)state;
	assert_int_equal(
		plan_of(&plan, "null," PLUGINS "/also-null.so", &err), -1);
	assert_error(&err, EXIT_USAGE, "two strategies are called null");
	assert_int_equal(
		plan_of(&plan, PLUGINS "/also-null.so," PLUGINS "/also-null.so",
			&err),
		0);
	assert_int_equal(plan.count, 1);
	plan_release(&plan);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_built_in_keeps_the_contract),
		cmocka_unit_test(another_abi_is_refused_before_all_else),
		cmocka_unit_test(malformed_names_are_refused),
		cmocka_unit_test(what_is_required_is_named_when_missing),
		cmocka_unit_test(
			an_unknown_name_lists_the_known_and_the_nearest),
		cmocka_unit_test(a_plug_in_is_loaded_by_its_path),
		cmocka_unit_test(the_word_of_a_strategy_finds_it_again),
		cmocka_unit_test(a_file_that_is_no_plug_in_is_refused_in_words),
		cmocka_unit_test(flags_that_are_the_harness_s_are_refused),
		cmocka_unit_test(a_plug_in_that_ends_its_process_ends_no_other),
		cmocka_unit_test(a_plug_in_is_not_loaded_here),
		cmocka_unit_test(a_plug_in_that_was_built_anew_is_another_one),
		cmocka_unit_test(two_strategies_of_one_name_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
