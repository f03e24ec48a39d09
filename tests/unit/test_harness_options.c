/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command's options: every way to write them, and the help made of them. */
#include "test_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/options/options.h"

enum { ARGS_MAX = 16 };

struct settings {
	bool quiet, verbose;
	const char *out;
	uint64_t blocks, looks, timeout_ns;
	struct texts sizes, delays, faults;
};

#define OPTIONS_OF struct settings

static const struct option_spec options[] = {
	{"words", OPT_FLAG(quiet, "quiet", 'q', "Be quiet.")},
	{"words",
		OPT_FLAG(verbose, "verbose", 0,
			"Say a great many words about each and every step, more of "
			"them than one line of eighty columns could ever hold.")},
	{OPT_TEXT(out, "out", 'o', "DIR", "Where to write.")},
	{OPT_NUMBER(blocks, "blocks", 'b', "N", 1, 9, "How many.")},
	{OPT_AUTO(looks, "looks", 0, "N", 1, 9, "How many; or auto.")},
	{OPT_DURATION(
		timeout_ns, "timeout", 0, "TIME", 1, 1000000000, "How long.")},
	{OPT_LIST(sizes, "size", 's', "N,..", "How big.")},
	{OPT_SPECS(delays, "delay", 0, "SPEC,..", "How late.")},
	{"words", OPT_TEXTS(faults, "fault", 0, "F", "What goes wrong.")},
	{0},
};

static const struct command_spec command = {
	.name = "race",
	.usage = "[THING..] [options]",
	.summary = "Races things.",
	.examples = "  flagrace race\n",
	.options = options,
};

struct outcome {
	struct settings settings;
	enum options_outcome rc;
	char *argv[ARGS_MAX + 2];
	int argc, operands;
	struct fr_error err;
};

/* Parses "race" and the words, which end with NULL, over blocks=3. */
static void parse_words(struct outcome *outcome, const char *const *words)
{
	*outcome = (struct outcome){.settings.blocks = 3};
	outcome->argv[outcome->argc++] = (char *)(uintptr_t) "race";
	for (; *words && outcome->argc <= ARGS_MAX; words++)
		outcome->argv[outcome->argc++] = (char *)(uintptr_t)*words;
	outcome->rc = options_parse(&command, &outcome->settings, outcome->argc,
		outcome->argv, &outcome->operands, &outcome->err);
}

#define parse(outcome, ...) \
	parse_words(outcome, (const char *const[]){__VA_ARGS__})

static void nothing_leaves_the_defaults(void **state)
{
	struct outcome o;

	(void)state;
	parse(&o, NULL);
	assert_int_equal(o.rc, OPTIONS_OK);
	assert_int_equal(o.operands, 1);
	assert_int_equal(o.settings.blocks, 3);
	assert_false(o.settings.quiet);
	assert_null(o.settings.out);
}

static void long_short_joined_and_bundled_all_work(void **state)
{
	struct outcome o;

	(void)state;
	parse(&o, "--blocks", "4", "--timeout=5ms", "--out", "x", "--quiet",
		"--verbose", NULL);
	assert_int_equal(o.rc, OPTIONS_OK);
	assert_int_equal(o.settings.blocks, 4);
	assert_int_equal(o.settings.timeout_ns, 5000000);
	assert_string_equal(o.settings.out, "x");
	assert_true(o.settings.quiet && o.settings.verbose);
	parse(&o, "-qb5", "-o", "y", NULL);
	assert_int_equal(o.rc, OPTIONS_OK);
	assert_int_equal(o.settings.blocks, 5);
	assert_string_equal(o.settings.out, "y");
	assert_true(o.settings.quiet);
	parse(&o, "--out=", NULL);
	assert_string_equal(o.settings.out, "");
}

static void operands_are_moved_behind_the_options(void **state)
{
	struct outcome o;

	(void)state;
	parse(&o, "CN", "--blocks", "2", "US", "-q", "--", "-x", NULL);
	assert_int_equal(o.rc, OPTIONS_OK);
	assert_int_equal(o.settings.blocks, 2);
	assert_int_equal(o.argc - o.operands, 3);
	assert_string_equal(o.argv[o.operands], "CN");
	assert_string_equal(o.argv[o.operands + 1], "US");
	assert_string_equal(o.argv[o.operands + 2], "-x");
}

static void parsing_twice_starts_afresh(void **state)
{
	struct outcome o;

	(void)state;
	parse(&o, "-qx", NULL);
	assert_int_equal(o.rc, OPTIONS_ERROR);
	parse(&o, "--blocks", "7", NULL);
	assert_int_equal(o.rc, OPTIONS_OK);
	assert_int_equal(o.settings.blocks, 7);
}

static void refused(const char *first, const char *second, const char *words)
{
	struct outcome o;

	parse(&o, first, second, NULL);
	assert_int_equal(o.rc, OPTIONS_ERROR);
	assert_error(&o.err, EXIT_USAGE, words);
}

/* The list as "text text "; releases it. */
static const char *joined(struct texts *list)
{
	static char text[256];

	text[0] = '\0';
	for (size_t i = 0; i < list->count; i++) {
		strcat(text, list->at[i].text);
		strcat(text, " ");
	}
	texts_release(list);
	return text;
}

static void lists_are_split_and_grow_when_given_again(void **state)
{
	struct outcome o;

	(void)state;
	parse(&o, "--size", "1,2", "-s3", "--delay",
		"uniform:1ms,2ms,constant:3ms", "--fault", "a:1,b:2", "--fault",
		"none", NULL);
	assert_int_equal(o.rc, OPTIONS_OK);
	assert_string_equal(o.settings.sizes.at[0].where, "--size");
	assert_string_equal(joined(&o.settings.sizes), "1 2 3 ");
	assert_string_equal(
		joined(&o.settings.delays), "uniform:1ms,2ms constant:3ms ");
	assert_string_equal(joined(&o.settings.faults), "a:1,b:2 none ");
}

static void a_list_that_is_given_replaces_the_default(void **state)
{
	struct settings settings = {0};
	const char *argv[] = {"race", "--size", "7", "--size", "8", NULL};
	struct fr_error err;
	int operands;

	(void)state;
	assert_int_equal(texts_add_list(&settings.sizes, "1,2", "default"), 0);
	assert_int_equal(options_parse(&command, &settings, 5,
				 (char **)(uintptr_t)argv, &operands, &err),
		OPTIONS_OK);
	assert_string_equal(joined(&settings.sizes), "7 8 ");
}

static void settings_are_described_by_the_table(void **state)
{
	struct outcome o;
	json_t *object;
	char *text;

	(void)state;
	parse(&o, "-q", "--timeout", "5ms", "--size", "1,2", NULL);
	object = options_describe(options, &o.settings);
	text = json_dumps(object, JSON_COMPACT);
	assert_string_equal(text,
		"{\"quiet\":true,\"verbose\":false,\"out\":null,\"blocks\":3,"
		"\"looks\":\"auto\",\"timeout_ns\":5000000,\"size\":[\"1\",\"2\"],\"delay\":[],"
		"\"fault\":[]}");
	free(text);
	json_decref(object);
	texts_release(&o.settings.sizes);
}

static void a_missing_value_is_named(void **state)
{
	(void)state;
	refused("--blocks", NULL, "option '--blocks' needs a value");
	refused("-b", NULL, "option '-b' needs a value");
	refused("--out", NULL, "'flagrace race --help'");
}

static void a_flag_takes_no_value(void **state)
{
	(void)state;
	refused("--quiet=yes", NULL, "option '--quiet' takes no value");
	refused("--help=me", NULL, "option '--help' takes no value");
}

static void an_unknown_option_is_named_with_the_nearest(void **state)
{
	(void)state;
	refused("--blcoks", "5",
		"unknown option '--blcoks'; did you mean --blocks?");
	refused("--blcoks=5", NULL, "did you mean --blocks?");
	refused("-x", NULL, "unknown option '-x'");
	refused("-qx", NULL, "unknown option '-x'");
	refused("--zzzzzzzzzz", NULL,
		"unknown option '--zzzzzzzzzz'; see 'flagrace race --help'");
}

static void a_bad_value_is_refused_in_the_options_name(void **state)
{
	(void)state;
	refused("--blocks", "10", "--blocks '10': must be a whole number");
	refused("-b", "x", "--blocks 'x'");
	refused("--looks", "autoo",
		"--looks 'autoo': must be auto or a whole number from 1 to 9");
	refused("--timeout", "5", "--timeout '5': must be a time");
}

/* What --help prints, or what parsing `word` does. */
static void capture(const char *word, char *text, size_t size)
{
	FILE *file = tmpfile();
	struct outcome o;
	int saved = dup(STDOUT_FILENO);
	size_t length;

	assert_non_null(file);
	assert_true(saved >= 0);
	(void)fflush(stdout);
	assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
	parse(&o, word, NULL);
	(void)fflush(stdout);
	assert_true(dup2(saved, STDOUT_FILENO) >= 0);
	close(saved);
	assert_int_equal(o.rc, OPTIONS_HELP);
	rewind(file);
	length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	(void)fclose(file);
}

static void help_is_made_of_the_table(void **state)
{
	char text[4096], again[4096];

	(void)state;
	capture("--help", text, sizeof(text));
	capture("-h", again, sizeof(again));
	assert_string_equal(text, again);
	assert_says(text, "usage: flagrace race [THING..] [options]\n");
	assert_says(text, "Races things.");
	assert_says(text, "\nexamples:\n  flagrace race\n");
	assert_says(text, "  -q, --quiet ");
	assert_says(text, "      --verbose ");
	assert_says(text, "  -o, --out DIR ");
	assert_says(text, "  -b, --blocks N ");
	assert_says(text, "      --timeout TIME ");
	assert_says(text, "  -h, --help ");
	assert_says(text, "Where to write.");
}

static void a_group_has_one_heading_above_all_its_options(void **state)
{
	char text[4096];
	const char *group, *fault, *rest;

	(void)state;
	capture("--help", text, sizeof(text));
	group = strstr(text, "\n\nwords:\n  -q, --quiet ");
	fault = strstr(text, "\n      --fault F ");
	rest = strstr(text, "\n\noptions:\n  -o, --out DIR ");
	assert_non_null(group);
	assert_non_null(rest);
	assert_true(group < fault && fault < rest);
	assert_null(strstr(rest, "words:"));
}

static void help_fits_the_terminal_and_loses_no_word(void **state)
{
	char text[4096], flat[4096];
	size_t used = 0;

	(void)state;
	capture("--help", text, sizeof(text));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_true(strlen(line) < 80);
		line += strspn(line, " ");
		used += (size_t)snprintf(
			flat + used, sizeof(flat) - used, "%s ", line);
	}
	assert_says(flat,
		"Say a great many words about each and every step, more of "
		"them than one line of eighty columns could ever hold.");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_leaves_the_defaults),
		cmocka_unit_test(long_short_joined_and_bundled_all_work),
		cmocka_unit_test(operands_are_moved_behind_the_options),
		cmocka_unit_test(parsing_twice_starts_afresh),
		cmocka_unit_test(lists_are_split_and_grow_when_given_again),
		cmocka_unit_test(a_list_that_is_given_replaces_the_default),
		cmocka_unit_test(settings_are_described_by_the_table),
		cmocka_unit_test(a_missing_value_is_named),
		cmocka_unit_test(a_flag_takes_no_value),
		cmocka_unit_test(an_unknown_option_is_named_with_the_nearest),
		cmocka_unit_test(a_bad_value_is_refused_in_the_options_name),
		cmocka_unit_test(help_is_made_of_the_table),
		cmocka_unit_test(a_group_has_one_heading_above_all_its_options),
		cmocka_unit_test(help_fits_the_terminal_and_loses_no_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
