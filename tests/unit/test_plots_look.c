/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is drawn of runs whose pictures are rare, read back from the SVG: of a
 * link with a rate, and of two settings with several values.
 */
#include "test_plots.h"

#include "harness/plot/plots.h"
#include "tests/unit/run_fixture.h"

enum { POINTS_MAX = 1000 };

static void skip_without_gnuplot(void)
{
	if (system("command -v gnuplot >/dev/null"))
		skip();
}

/* Draws the run; the picture's text, which the caller frees. */
static char *draw_svg(const char *run, const char *picture)
{
	struct fr_error err = {.text = ""};
	char path[128], *svg;

	skip_without_gnuplot();
	if (draw_run(run, PLOTS_SVG, &err))
		fail_msg("%s", err.text);
	(void)snprintf(path, sizeof(path), "%s/plots/%s.svg", run, picture);
	svg = slurp(path);
	assert_non_null(svg);
	return svg;
}

/* A request whose body came from first_byte_ms to end_ms. */
static void add_body(struct run_fixture *fixture, const struct trial_row *trial,
	uint64_t item, double first_byte_ms, double end_ms, uint64_t bytes)
{
	struct request_row request;

	request_row_init(&request);
	memcpy(request.run, trial->run, sizeof(trial->run));
	memcpy(request.trial, trial->trial, sizeof(trial->trial));
	request.item = request.worker = item;
	request.status = FR_OK;
	request.start_ns = 0;
	request.first_byte_ns = (uint64_t)(1e6 * first_byte_ms);
	request.end_ns = (uint64_t)(1e6 * end_ms);
	request.body_bytes = bytes;
	assert_int_equal(
		csv_text_add_row(&fixture->requests, &request_schema, &request),
		0);
}

struct curve {
	size_t count;
	double x[POINTS_MAX], y[POINTS_MAX];
};

/* Takes the points of the first line in that colour; y goes down. */
static void take_curve(struct curve *curve, const char *svg, const char *colour)
{
	char start[64];
	const char *at;
	int used = 0;

	(void)snprintf(
		start, sizeof(start), "<path stroke='rgb(%s)'  d='M", colour);
	at = strstr(svg, start);
	assert_non_null(at);
	curve->count = 0;
	for (at += strlen(start); curve->count < POINTS_MAX &&
		sscanf(at, "%lf,%lf%n", &curve->x[curve->count],
			&curve->y[curve->count], &used) == 2;
		curve->count++) {
		at += used;
		at += strspn(at, " \n\tL");
	}
}

/* 100 Mbit/s from 20 to 30 of 100 ms, and 50 Mbit/s from 60 to 80 ms. */
static void throughput_is_drawn_where_its_figures_are(void **state)
{
	double from = 1e9, to = 0, half = 0, full = 1e9, base;
	struct run_fixture fixture;
	struct trial_row trial;
	struct curve curve;
	char *svg;

	(void)state;
	run_fixture_begin(&fixture, "speed");
	trial = run_fixture_trial(&fixture, "epoll", 20, 1, 100);
	(void)snprintf(trial.workload.link, sizeof(trial.workload.link),
		"rtt=40ms,rate=120Mbit/s");
	run_fixture_add(&fixture, &trial);
	add_body(&fixture, &trial, 0, 20, 30, 125000);
	add_body(&fixture, &trial, 1, 60, 80, 125000);
	run_fixture_end(&fixture);
	svg = draw_svg("speed", "throughput");
	take_curve(&curve, svg, "  0, 114, 178");
	assert_true(curve.count > 8);
	base = curve.y[0];
	for (size_t i = 1; i < curve.count; i++) {
		double middle = curve.x[0] +
			0.5 * (curve.x[curve.count - 1] - curve.x[0]);

		if (curve.x[i] < middle)
			full = fmin(full, curve.y[i]);
		else
			half = fmax(half, base - curve.y[i]);
		if (curve.y[i] < base - 1 && curve.x[i] < middle) {
			from = fmin(from, curve.x[i]);
			to = fmax(to, curve.x[i]);
		}
	}
	assert_true(fabs((base - full) / half - 2) < 0.05);
	/* 20 to 30 ms, of the 100 ms that the whole curve takes. */
	base = curve.x[curve.count - 1] - curve.x[0];
	assert_true(fabs((from - curve.x[0]) / base - 0.2) < 0.01);
	assert_true(fabs((to - curve.x[0]) / base - 0.3) < 0.01);
	assert_non_null(strstr(svg, ">bodies received<"));
	assert_non_null(strstr(svg, "<title>at 0.00 ms: 0.00 Mbit/s<"));
	assert_non_null(strstr(svg,
		">--requests 20 --latency 50ms "
		"--link rtt=40ms,rate=120Mbit/s<"));
	free(svg);
}

/* A trial at values of two settings and over a link. */
static void add_trial(struct run_fixture *fixture, const char *strategy,
	const char *latency, const char *work, double ms,
	enum trial_verdict verdict)
{
	struct trial_row trial =
		run_fixture_trial(fixture, strategy, 20, 1, ms);

	(void)snprintf(trial.workload.latency, sizeof(trial.workload.latency),
		"%s", latency);
	(void)snprintf(
		trial.workload.work, sizeof(trial.workload.work), "%s", work);
	(void)snprintf(trial.workload.link, sizeof(trial.workload.link),
		"rtt=40ms,rate=120Mbit/s");
	trial.verdict = verdict;
	run_fixture_add(fixture, &trial);
	add_body(fixture, &trial, 0, 0.5 * ms, ms, 1000);
}

static void no_rare_picture_shows_an_invalid_trial(void **state)
{
	static const char *const pictures[] = {"throughput", "crossover",
		"winners", "sweep-latency", "sweep-work", "elapsed", "cost",
		"gantt", "completion", "in-flight", "latency"};
	static const char *const latencies[] = {"10ms", "20ms", "30ms"};
	static const char *const works[] = {"", "cpu:1ms", "cpu:2ms"};
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, "rare");
	for (size_t l = 0; l < 3; l++)
		for (size_t w = 0; w < 3; w++) {
			double ms = 100 + 10 * (double)l * (double)(w + 1);

			add_trial(&fixture, "epoll", latencies[l], works[w], ms,
				VERDICT_VALID);
			add_trial(&fixture, "multi-poll", latencies[l],
				works[w], 250 - ms, VERDICT_VALID);
			add_trial(&fixture, "openmp", latencies[l], works[w],
				77777, VERDICT_INVALID);
			add_trial(&fixture, "openmp", latencies[l], works[w], 1,
				VERDICT_TIMEOUT);
		}
	run_fixture_end(&fixture);
	free(draw_svg("rare", "winners"));
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		char path[128];

		(void)snprintf(
			path, sizeof(path), "rare/plots/%s.svg", pictures[i]);
		assert_holds(path, "epoll@20");
		assert_lacks(path, "openmp");
		assert_lacks(path, "77777");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(throughput_is_drawn_where_its_figures_are),
		cmocka_unit_test(no_rare_picture_shows_an_invalid_trial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
