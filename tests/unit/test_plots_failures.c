/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that cannot be drawn, and pictures that cannot be made. */
#include "test_plots.h"

#include <sys/stat.h>
#include <unistd.h>

#include "harness/plot/plots.h"
#include "tests/unit/run_fixture.h"

static void nothing_valid_means_nothing_to_draw(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, "invalid");
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 60);
	trial.verdict = VERDICT_INVALID;
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("invalid", PLOTS_SVG, &err), -1);
	assert_string_equal(
		err.text, "no valid trial: there is nothing to draw");
	run_fixture_begin(&fixture, "invalid");
	run_fixture_add_ok(&fixture, "openmp", 20, 60, 0);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("invalid", PLOTS_SVG, &err), -1);
	assert_string_equal(
		err.text, "no request succeeded: there is nothing to draw");
	run_fixture_begin(&fixture, "invalid");
	run_fixture_add_valid(&fixture, "null", 1, 1, 0.1);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("invalid", PLOTS_SVG, &err), -1);
	assert_string_equal(
		err.text, "no strategy but null: there is nothing to draw");
}

static void a_trial_without_requests_is_an_error(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, "empty");
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 60);
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("empty", PLOTS_SVG, &err), -1);
	assert_string_equal(err.text,
		"empty/requests.csv: no request of trial 1 was performed");
	assert_int_equal(draw_run("nowhere", PLOTS_SVG, &err), -1);
	assert_string_equal(err.text,
		"nowhere: No such file or directory; name the folder of a run");
}

/* With a PATH of our own, and nothing else of the environment changed. */
static int draw_with_path(const char *path, struct fr_error *err)
{
	char *before = strdup(getenv("PATH"));
	struct run_fixture fixture;
	int outcome;

	assert_non_null(before);
	run_fixture_begin(&fixture, "path");
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 60);
	run_fixture_end(&fixture);
	assert_int_equal(setenv("PATH", path, 1), 0);
	outcome = draw_run("path", PLOTS_SVG, err);
	assert_int_equal(setenv("PATH", before, 1), 0);
	free(before);
	return outcome;
}

static void a_missing_gnuplot_is_named(void **state)
{
	struct fr_error err = {.text = ""};

	(void)state;
	assert_int_equal(draw_with_path("/nonexistent", &err), -1);
	assert_string_equal(err.text,
		"gnuplot, which draws the plots, is not installed; "
		"install gnuplot-nox (Debian)");
}

/* Draws with a gnuplot that runs these lines of sh. */
static int draw_with_gnuplot(const char *lines, struct fr_error *err)
{
	char directory[4096], path[5000];
	FILE *script;

	(void)mkdir("bin", 0755);
	script = fopen("bin/gnuplot", "w");
	assert_non_null(script);
	assert_true(fprintf(script, "#!/bin/sh\n%s", lines) > 0);
	assert_int_equal(fclose(script), 0);
	assert_int_equal(chmod("bin/gnuplot", 0755), 0);
	assert_non_null(getcwd(directory, sizeof(directory)));
	(void)snprintf(path, sizeof(path), "%s/bin", directory);
	return draw_with_path(path, err);
}

static void what_gnuplot_complains_of_is_passed_on(void **state)
{
	struct fr_error err = {.text = ""};

	(void)state;
	assert_int_equal(
		draw_with_gnuplot(
			"echo 'line 1: \033[2J bad' >&2\nexit 1\n", &err),
		-1);
	assert_string_equal(err.text,
		"gnuplot could not draw path/plots/elapsed.svg: "
		"line 1: ?[2J bad");
}

static void a_picture_that_fails_leaves_the_others(void **state)
{
	struct fr_error err = {.text = ""};

	(void)state;
	assert_int_equal(draw_with_gnuplot("echo '<svg></svg>'\n", &err), 0);
	assert_int_equal(unlink("path/plots/elapsed.svg"), 0);
	assert_int_equal(unlink("path/plots/in-flight.svg"), 0);
	assert_int_equal(
		draw_with_gnuplot("while read -r line; do\n"
				  "case $line in *gantt.csv*) exit 1; esac\n"
				  "done\n"
				  "echo '<svg>drawn</svg>'\n",
			&err),
		-1);
	assert_string_equal(err.text,
		"gnuplot could not draw path/plots/gantt.svg: "
		"it gave no reason");
	assert_begins("path/plots/elapsed.svg", "<svg>drawn");
	assert_begins("path/plots/in-flight.svg", "<svg>drawn");
	assert_begins("path/plots/gantt.svg", "<svg></svg>");
}

/* gnuplot is content even where it could write nothing. */
static void a_picture_that_is_not_whole_replaces_none(void **state)
{
	struct fr_error err = {.text = ""};

	(void)state;
	assert_int_equal(draw_with_gnuplot("echo '<svg></svg>'\n", &err), 0);
	assert_int_equal(draw_with_gnuplot("exit 0\n", &err), -1);
	assert_string_equal(
		err.text, "gnuplot wrote nothing to path/plots/elapsed.svg");
	assert_int_equal(draw_with_gnuplot("echo '<svg><g>'\n", &err), -1);
	assert_string_equal(err.text,
		"gnuplot wrote only a part of path/plots/elapsed.svg");
	assert_int_equal(err.status, EXIT_INVALID);
	assert_begins("path/plots/elapsed.svg", "<svg></svg>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_valid_means_nothing_to_draw),
		cmocka_unit_test(a_trial_without_requests_is_an_error),
		cmocka_unit_test(a_missing_gnuplot_is_named),
		cmocka_unit_test(what_gnuplot_complains_of_is_passed_on),
		cmocka_unit_test(a_picture_that_fails_leaves_the_others),
		cmocka_unit_test(a_picture_that_is_not_whole_replaces_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
