/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * That pictures are made of the right figures, and that nothing in a run's
 * files can make gnuplot do anything but draw. How they look is for people.
 */
#include "test_plots.h"

#include <sys/stat.h>
#include <unistd.h>

#include "harness/plot/plots.h"
#include "tests/unit/run_fixture.h"

static void skip_without_gnuplot(void)
{
	if (system("command -v gnuplot >/dev/null"))
		skip();
}

static size_t lines_in(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void copy(const char *from, const char *to)
{
	char *text = slurp(from);
	FILE *file = fopen(to, "w");

	assert_non_null(text);
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	free(text);
}

static void a_run_is_drawn_in_every_format(void **state)
{
	struct fr_error err = {.text = ""};

	(void)state;
	skip_without_gnuplot();
	(void)mkdir("known", 0755);
	copy(FLAGRACE_SOURCE_DIR "/tests/fixtures/run/trials.csv",
		"known/trials.csv");
	copy(FLAGRACE_SOURCE_DIR "/tests/fixtures/run/requests.csv",
		"known/requests.csv");
	assert_int_equal(
		draw_run("known", PLOTS_SVG | PLOTS_PNG | PLOTS_PDF, &err), 0);
	assert_begins("known/plots/elapsed.svg", "<?xml");
	assert_begins("known/plots/gantt.svg", "<?xml");
	assert_begins("known/plots/elapsed.png", "\x89PNG");
	assert_begins("known/plots/gantt.png", "\x89PNG");
	assert_begins("known/plots/elapsed.pdf", "%PDF");
	assert_begins("known/plots/gantt.pdf", "%PDF");
}

/* Runs after the one above, on what it drew. */
static void the_pictures_show_the_figures_of_the_run(void **state)
{
	char *svg = slurp("known/plots/elapsed.svg");
	char *data = slurp("known/plots/elapsed.csv");

	(void)state;
	skip_without_gnuplot();
	assert_non_null(svg);
	assert_non_null(data);
	assert_int_equal(lines_in(data), 1 + 6);
	assert_non_null(strstr(data,
		"\npthread-as-completed@3,--requests 20"
		" --latency 50ms,6,20,8,353.4"));
	assert_non_null(strstr(svg, "pthread-as-completed@3"));
	assert_non_null(strstr(svg, ">354.8"));
	assert_null(strstr(svg, "null"));
	free(svg);
	free(data);

	svg = slurp("known/plots/gantt.svg");
	data = slurp("known/plots/gantt.csv");
	assert_non_null(svg);
	assert_non_null(data);
	assert_int_equal(lines_in(data), 1 + 6 * 20);
	assert_non_null(strstr(data, ",sequential@1,19,VN,0,"));
	assert_non_null(strstr(svg, "sequential@1"));
	assert_non_null(strstr(svg, ">VN<"));
	assert_null(strstr(svg, ">(")); /* nothing was left out */
	free(svg);
	free(data);
}

/* A request of the trial for each of count items, each by its own worker. */
static void add_items(struct run_fixture *fixture,
	const struct trial_row *trial, uint64_t count, double elapsed_ms)
{
	struct request_row row;

	request_row_init(&row);
	memcpy(row.run, trial->run, sizeof(row.run));
	memcpy(row.trial, trial->trial, sizeof(row.trial));
	row.status = FR_OK;
	row.start_ns = 0;
	for (uint64_t i = 0; i < count; i++) {
		row.item = row.worker = i;
		row.end_ns = (uint64_t)(elapsed_ms * 1e6) * (i + 1) / count;
		assert_int_equal(csv_text_add_row(&fixture->requests,
					 &request_schema, &row),
			0);
	}
}

/* Its first 2000 items ended at 50 ms, long before the trial did. */
static void of_a_large_trial_the_whole_time_is_told(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	struct trial_row trial;

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "large");
	trial = run_fixture_trial(&fixture, "epoll", 2500, 1, 62.5);
	trial.workload.requests = 2500;
	run_fixture_add(&fixture, &trial);
	add_items(&fixture, &trial, 2500, 62.5);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("large", PLOTS_SVG, &err), 0);
	assert_holds("large/plots/gantt.svg", ">62.5 ms<");
	assert_holds("large/plots/gantt.svg",
		"(first 2000 of 2500 downloads; first 500 of 2500 workers)");
}

/* Who is fastest is told among those that did the same work. */
static void the_fastest_is_told_of_its_own_group(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	struct trial_row trial;
	char *svg;

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "groups");
	run_fixture_add_valid(&fixture, "epoll", 20, 1, 60);
	trial = run_fixture_trial(&fixture, "epoll", 20, 1, 10);
	(void)snprintf(
		trial.workload.latency, sizeof(trial.workload.latency), "1ms");
	run_fixture_add(&fixture, &trial);
	run_fixture_add_request(&fixture, &trial, "/flags/cn/cn.gif", 10);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("groups", PLOTS_SVG, &err), 0);
	svg = slurp("groups/plots/gantt.svg");
	assert_non_null(svg);
	assert_null(strstr(svg, "fastest"));
	free(svg);
}

static void what_a_picture_leaves_out_it_says(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "many");
	for (uint64_t n = 1; n <= 101; n++)
		run_fixture_add_valid(&fixture, "openmp", n, 1, 60);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("many", PLOTS_SVG, &err), 0);
	assert_holds("many/plots/elapsed.svg", "first 100 of 101 cells");
	assert_holds("many/plots/gantt.svg",
		"6 of 101 cells, those that differ most in time");
	assert_holds("many/plots/completion.svg", "first 21 of 101 cells");
	assert_holds("many/plots/in-flight.svg",
		"6 of 101 cells, those that differ most in time");
}

static void a_caption_has_its_commas_and_says_who_is_left_out(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	struct trial_row trial;

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "failing");
	for (uint64_t i = 0; i < 3; i++) {
		trial = run_fixture_trial(
			&fixture, i ? "openmp" : "http2", 4 + i, 1, 10);
		trial.ok = i ? 20 : 5;
		(void)snprintf(trial.workload.latency,
			sizeof(trial.workload.latency), "uniform:20ms,200ms");
		run_fixture_add(&fixture, &trial);
		run_fixture_add_request(
			&fixture, &trial, "/flags/cn/cn.gif", 10);
	}
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("failing", PLOTS_SVG, &err), 0);
	assert_holds(
		"failing/plots/elapsed.svg", "--latency uniform:20ms,200ms");
	assert_holds("failing/plots/elapsed.svg", "1 left out: too many fai");
	assert_holds("failing/plots/elapsed.svg",
		"ordered by total time, as the table");
	assert_holds(
		"failing/plots/completion.svg", "--latency uniform:20ms,200ms");
}

/* Trials of a strategy whose throughput is highest at the knee. */
static void add_sweep(struct run_fixture *fixture, const char *strategy,
	double knee, uint64_t most)
{
	for (uint64_t n = 1; n <= most; n *= 2) {
		double contention = 1 + (double)(n * (n - 1)) / (knee * knee);

		run_fixture_add_valid(
			fixture, strategy, n, 1, 1000 * contention / (double)n);
	}
}

static void a_knee_beyond_what_was_measured_is_not_drawn(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	char *svg;

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "sweeps");
	add_sweep(&fixture, "measured", 30, 64);
	add_sweep(&fixture, "guessed", 24, 16);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("sweeps", PLOTS_SVG, &err), 0);
	assert_holds("sweeps/plots/scaling.svg", ">30<");
	svg = slurp("sweeps/plots/scaling.svg");
	assert_non_null(svg);
	assert_null(strstr(svg, ">24<"));
	free(svg);
}

/* Every kind of text gnuplot could take for a command or for markup. */
static void text_of_a_run_is_only_ever_text(void **state)
{
	static const char *const names[] = {"`touch pwned`", "$(touch pwned)",
		"\"; system('touch pwned')", "@term ! touch pwned",
		"{/*9 a}_b^c &{x} %s%n \\n", "a,b", "\n!touch pwned",
		"'); alert('"};
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	char *svg;

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "hostile");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct trial_row trial = run_fixture_trial(
			&fixture, names[i], 20, 1, 50 + (double)i);

		(void)snprintf(trial.workload.latency,
			sizeof(trial.workload.latency), "%s", names[i % 2]);
		run_fixture_add(&fixture, &trial);
		run_fixture_add_request(
			&fixture, &trial, "/`touch pwned`.gif", 50);
	}
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("hostile", PLOTS_SVG, &err), 0);
	assert_int_not_equal(access("hostile/plots/pwned", F_OK), 0);
	assert_int_not_equal(access("pwned", F_OK), 0);
	svg = slurp("hostile/plots/elapsed.svg");
	assert_non_null(svg);
	assert_non_null(strstr(svg, "`touch pwned`@20"));
	assert_non_null(strstr(svg, "{/*9 a}_b^c"));
	assert_non_null(strstr(
		svg, "<g class=\"value\"><title>'); alert('@20; latency "));
	assert_null(strstr(svg, "onmouse"));
	free(svg);
}

static void one_trial_and_one_cell_are_enough(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "one");
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 60);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("one", PLOTS_SVG | PLOTS_PNG, &err), 0);
}

/* Time below, at and without any ideal: a trial may have none. */
static void odd_figures_are_drawn_too(void **state)
{
	struct run_fixture fixture;
	struct fr_error err = {.text = ""};
	struct trial_row trial;

	(void)state;
	skip_without_gnuplot();
	run_fixture_begin(&fixture, "odd");
	run_fixture_add_valid(&fixture, "exact", 20, 1, 50);
	run_fixture_add_valid(&fixture, "early", 20, 1, 49);
	run_fixture_add_valid(&fixture, "endless", 20, 1, 1e9);
	trial = run_fixture_trial(&fixture, "unbounded", 1, 1, 0);
	trial.ideal_ns = FR_UNKNOWN;
	trial.efficiency = (double)NAN;
	run_fixture_add(&fixture, &trial);
	run_fixture_add_request(&fixture, &trial, "", 0);
	run_fixture_end(&fixture);
	assert_int_equal(draw_run("odd", PLOTS_SVG, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_drawn_in_every_format),
		cmocka_unit_test(the_pictures_show_the_figures_of_the_run),
		cmocka_unit_test(of_a_large_trial_the_whole_time_is_told),
		cmocka_unit_test(the_fastest_is_told_of_its_own_group),
		cmocka_unit_test(what_a_picture_leaves_out_it_says),
		cmocka_unit_test(
			a_caption_has_its_commas_and_says_who_is_left_out),
		cmocka_unit_test(a_knee_beyond_what_was_measured_is_not_drawn),
		cmocka_unit_test(text_of_a_run_is_only_ever_text),
		cmocka_unit_test(one_trial_and_one_cell_are_enough),
		cmocka_unit_test(odd_figures_are_drawn_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
