/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * That pictures show the figures: what is drawn is read back from the SVG, where
 * a figure is a place along an axis.
 */
#include "test_plots.h"

#include "harness/plot/plots.h"
#include "tests/unit/run_fixture.h"

enum { MARKS_MAX = 64 };

/* Places in the SVG, in pixels; y goes down. */
struct places {
	size_t count;
	double x[MARKS_MAX], y[MARKS_MAX];
};

/* Takes the points of a kind and colour, in the order of the file. */
static void take_points(
	struct places *places, const char *svg, int kind, const char *colour)
{
	char start[64], end[64];

	(void)snprintf(start, sizeof(start),
		"<use xlink:href='#gpPt%d' transform='translate(", kind);
	(void)snprintf(end, sizeof(end), "color='rgb(%s)'", colour);
	places->count = 0;
	for (const char *at = svg; (at = strstr(at, start)); at++) {
		const char *close = strchr(at, '>');

		assert_non_null(close);
		if (!memmem(at, (size_t)(close - at), end, strlen(end)))
			continue;
		assert_true(places->count < MARKS_MAX);
		assert_int_equal(sscanf(at + strlen(start), "%lf,%lf",
					 &places->x[places->count],
					 &places->y[places->count]),
			2);
		places->count++;
	}
}

/* Takes the widths of the bars of a colour, as x. */
static void take_bars(
	struct places *places, const char *svg, const char *colour)
{
	char start[64];

	(void)snprintf(start, sizeof(start),
		"<polygon fill = 'rgb(%s)' points = '", colour);
	places->count = 0;
	for (const char *at = svg; (at = strstr(at, start)); at++) {
		double left, right, y;

		assert_true(places->count < MARKS_MAX);
		assert_int_equal(sscanf(at + strlen(start), "%lf,%lf %lf",
					 &left, &y, &right),
			3);
		places->x[places->count++] = right - left;
	}
}

/* Whether a is to b as c is to d, to within a pixel in fifty. */
static void assert_same_ratio(double a, double b, double c, double d)
{
	if (fabs(a / b / (c / d) - 1) > 0.02)
		fail_msg("%g : %g is not %g : %g", a, b, c, d);
}

static char *draw_svg(const char *run, const char *picture)
{
	struct fr_error err = {.text = ""};
	char path[128], *svg;

	if (system("command -v gnuplot >/dev/null"))
		skip();
	if (draw_run(run, PLOTS_SVG, &err))
		fail_msg("%s", err.text);
	(void)snprintf(path, sizeof(path), "%s/plots/%s.svg", run, picture);
	svg = slurp(path);
	assert_non_null(svg);
	return svg;
}

/* A run of concurrencies: 400, 200, 110 and 60 ms; at 100 ms an invalid trial. */
static void make_sweep(const char *run)
{
	static const double ms[] = {400, 200, 110, 60};
	struct run_fixture fixture;
	struct trial_row bad;

	run_fixture_begin(&fixture, run);
	for (uint64_t i = 0; i < 4; i++) {
		struct trial_row trial =
			run_fixture_trial(&fixture, "epoll", 1u << i, 1, ms[i]);

		trial.ideal_ns = (uint64_t)(0.5e6 * ms[i]);
		trial.efficiency = 0.5;
		trial.cpu_ns = 1000000u << i;
		run_fixture_add(&fixture, &trial);
		run_fixture_add_request(
			&fixture, &trial, "/flags/cn/cn.gif", ms[i]);
	}
	bad = run_fixture_trial(&fixture, "openmp", 16, 1, 77777);
	bad.verdict = VERDICT_INVALID;
	run_fixture_add(&fixture, &bad);
	run_fixture_add_request(&fixture, &bad, "/flags/cn/cn.gif", 77777);
	run_fixture_end(&fixture);
}

static void a_sweep_is_drawn_where_its_figures_are(void **state)
{
	struct places points;
	char *svg;

	(void)state;
	make_sweep("figures");
	svg = draw_svg("figures", "sweep-concurrency");
	take_points(&points, svg, 6, "  0, 114, 178");
	/* Four of the time, and then four of the efficiency. */
	assert_int_equal(points.count, 8);
	/* From zero on: 1 and 2 are as far from each other as 1/7 of 1 to 8. */
	assert_same_ratio(
		points.x[1] - points.x[0], points.x[3] - points.x[0], 1, 7);
	assert_same_ratio(points.y[1] - points.y[0], points.y[3] - points.y[0],
		400 - 200, 400 - 60);
	for (size_t i = 5; i < 8; i++)
		assert_true(fabs(points.y[i] - points.y[4]) < 0.1);
	assert_non_null(strstr(svg, ">--requests 20 --latency 50ms<"));
	free(svg);
}

/* Runs after the one above, on what it drew. */
static void bars_and_costs_are_where_their_figures_are(void **state)
{
	struct places bars, front;
	char *svg = draw_svg("figures", "elapsed");

	(void)state;
	take_bars(&bars, svg, " 86, 180, 233");
	assert_int_equal(bars.count, 4);
	assert_same_ratio(bars.x[0], bars.x[3], 60, 400);
	assert_same_ratio(bars.x[1], bars.x[3], 110, 400);
	free(svg);
	svg = slurp("figures/plots/cost.svg");
	assert_non_null(svg);
	/* Each is slower and cheaper than the one before: all are on the front. */
	take_points(&front, svg, 6, "213,  94,   0");
	assert_int_equal(front.count, 4);
	assert_same_ratio(front.y[0] - front.y[3], front.y[0] - front.y[1],
		log(60.0 / 400), log(60.0 / 110));
	assert_same_ratio(
		front.x[3] - front.x[0], front.x[1] - front.x[0], 3, 1);
	free(svg);
}

/* Runs after the ones above. */
static void pictures_have_titles_and_no_invalid_trial(void **state)
{
	static const struct {
		const char *file, *title;
	} pictures[] = {
		{"elapsed", "<title>How long do 20 downloads take"},
		{"cost", "<title>Who is fast, and what does that cost?<"},
		{"gantt", "<title>Who downloads which flag when?"},
		{"completion", "<title>When did the results come?<"},
		{"in-flight", "<title>How many requests are in flight?<"},
		{"latency", "<title>How long does a request take"},
		{"sweep-concurrency", "<title>How do time and efficiency"},
		{"scaling", "<title>How does throughput grow"},
	};

	(void)state;
	free(draw_svg("figures", "elapsed"));
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "figures/plots/%s.svg",
			pictures[i].file);
		assert_holds(path, pictures[i].title);
		assert_holds(path, "prefers-color-scheme: dark");
		assert_lacks(path, "Gnuplot</title>");
		assert_lacks(path, "openmp");
		assert_lacks(path, "77777");
	}
}

/* 1000 requests of 1 to 1000 ms, in two trials. */
static void percentiles_end_where_no_request_is_left(void **state)
{
	struct run_fixture fixture;
	struct places points;
	char *svg;

	(void)state;
	run_fixture_begin(&fixture, "latencies");
	for (int block = 1; block <= 2; block++) {
		struct trial_row trial =
			run_fixture_trial(&fixture, "epoll", 20, block, 1000);

		run_fixture_add(&fixture, &trial);
		for (int i = block; i <= 1000; i += 2)
			run_fixture_add_request(
				&fixture, &trial, "/flags/cn/cn.gif", i);
	}
	run_fixture_end(&fixture);
	svg = draw_svg("latencies", "latency");
	assert_non_null(strstr(svg, ">1000 requests of each cell"));
	/* 90, 99 and 99.9 %, on a logarithmic axis. */
	take_points(&points, svg, 6, "  0, 114, 178");
	assert_int_equal(points.count, 3);
	assert_same_ratio(
		points.x[1] - points.x[0], points.x[2] - points.x[0], 1, 2);
	assert_same_ratio(points.y[0] - points.y[1], points.y[0] - points.y[2],
		log(990.0 / 900), log(999.0 / 900));
	assert_holds("latencies/plots/latency.csv",
		"\n1,epoll@20,1000,50,0.301029996,500");
	free(svg);
}

/* Changes of 10 %, of 4 % in an informative row, and of 0 % in the control. */
static void a_check_is_a_forest_of_its_changes(void **state)
{
	static const char report[] =
		"{\"schema_version\": 1, \"suite\": \"ci\", \"base\": \"old\","
		" \"head\": \"`touch pwned`\", \"verdict\": \"REGRESSED\","
		" \"rows\": ["
		"{\"strategy\": \"a,b\", \"metric\": \"total_ns\","
		" \"scenario\": \"requests=20 tls=full\", \"role\": \"gated\","
		" \"verdict\": \"REGRESSED\", \"ratio\": 1.1,"
		" \"ci_lo\": 1.08, \"ci_hi\": 1.12, \"margin\": 0.05,"
		" \"n_blocks\": 8},"
		"{\"role\": \"informative\", \"verdict\": \"PASS\","
		" \"scenario\": \"requests=20\","
		" \"ratio\": 1.04, \"ci_lo\": 1, \"ci_hi\": 1.08,"
		" \"margin\": 0.05, \"n_blocks\": 8},"
		"{\"strategy\": \"a,b\", \"metric\": \"total_ns\","
		" \"scenario\": \"requests=20\","
		" \"role\": \"control\", \"verdict\": \"PASS\", \"ratio\": 1,"
		" \"ci_lo\": null, \"ci_hi\": null, \"margin\": 0.05,"
		" \"n_blocks\": 8},"
		"{\"role\": \"gated\", \"ratio\": null,"
		" \"scenario\": \"requests=20 tls=full\"}]}\n";
	const struct plots_terms terms = {.run_dir = "check.json",
		.out_dir = "forest",
		.formats = PLOTS_SVG,
		.stop_fd = -1};
	FILE *file = fopen("check.json", "w");
	struct places gated, informative, control;
	struct fr_error err = {.text = ""};
	char *svg;

	(void)state;
	assert_non_null(file);
	assert_true(fputs(report, file) >= 0);
	assert_int_equal(fclose(file), 0);
	if (system("command -v gnuplot >/dev/null"))
		skip();
	if (plots_draw(&terms, &err))
		fail_msg("%s", err.text);
	svg = slurp("forest/forest.svg");
	assert_non_null(svg);
	take_points(&gated, svg, 6, "213,  94,   0");
	take_points(&informative, svg, 5, "  0, 114, 178");
	take_points(&control, svg, 8, "  0, 114, 178");
	assert_int_equal(gated.count, 1);
	assert_int_equal(informative.count, 1);
	assert_int_equal(control.count, 1);
	assert_same_ratio(gated.x[0] - control.x[0],
		informative.x[0] - control.x[0], 10, 4);
	assert_non_null(strstr(svg, ">+10.0 % REGRESSED<"));
	assert_non_null(strstr(svg, ">a,b; total_ns; tls=full<"));
	assert_non_null(strstr(svg, ">control: a,b; total_ns<"));
	assert_non_null(strstr(svg, ">all rows: requests=20<"));
	assert_non_null(strstr(svg, "head `touch pwned`"));
	free(svg);
}

/* Runs of day 1, 2 and 4: the third is twice as far from the second. */
static void a_history_has_a_true_time_axis(void **state)
{
	static const char *const runs[] = {"day1", "day2", "day4"};
	const struct history_terms terms = {
		.metric = "total_ns", .reference = "sequential"};
	struct fr_error err = {.text = ""};
	struct history history;
	struct places points;
	char *svg;

	(void)state;
	if (system("command -v gnuplot >/dev/null"))
		skip();
	for (size_t r = 0; r < 3; r++) {
		struct run_fixture fixture;

		run_fixture_begin(&fixture, runs[r]);
		for (uint64_t i = 0; i < 2; i++) {
			struct trial_row trial = run_fixture_trial(&fixture,
				i ? "openmp" : "sequential", 1, 1,
				i ? 50 + 10 * (double)r : 100);

			(void)snprintf(
				trial.run, sizeof(trial.run), "%s", runs[r]);
			(void)snprintf(trial.started_at,
				sizeof(trial.started_at),
				"2026-03-0%cT10:00:00Z", runs[r][3]);
			run_fixture_add(&fixture, &trial);
		}
		run_fixture_end(&fixture);
	}
	if (history_init(&history, runs, 3, &terms, &err) ||
		plots_history_draw(&history, "history.svg", -1, &err))
		fail_msg("%s", err.text);
	history_release(&history);
	svg = slurp("history.svg");
	assert_non_null(svg);
	take_points(&points, svg, 6, "  0, 114, 178");
	assert_true(points.count >= 3);
	assert_same_ratio(
		points.x[2] - points.x[1], points.x[1] - points.x[0], 2, 1);
	free(svg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sweep_is_drawn_where_its_figures_are),
		cmocka_unit_test(bars_and_costs_are_where_their_figures_are),
		cmocka_unit_test(pictures_have_titles_and_no_invalid_trial),
		cmocka_unit_test(percentiles_end_where_no_request_is_left),
		cmocka_unit_test(a_check_is_a_forest_of_its_changes),
		cmocka_unit_test(a_history_has_a_true_time_axis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
