/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the latencies of requests are distributed, over all trials of a cell that
 * give figures. A percentile is shown only if some requests are beyond it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/runs/histogram.h"
#include "harness/runs/measures.h"

/* A line of latency.csv: a percentile of a cell. */
struct latency_line {
	uint64_t curve;
	char cell[ROWS_TEXT_MAX];
	uint64_t requests;
	double percent, nines, latency_ms;
	uint64_t cells;
	char work[ROWS_TEXT_MAX];
	uint64_t end;
};

#define ROW struct latency_line
static const struct column columns[] = {
	COLUMN(curve, "", "One cell; the fastest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(requests, "requests",
		"Those of all trials that have a latency."),
	COLUMN(percent, "%", "Share of the requests that took at most this."),
	COLUMN(nines, "", "-log10(1 - share): 2 is 99 %; 100 % has none."),
	COLUMN(latency_ms, "ms", "The latency."),
	COLUMN(cells, "", "Cells that could be drawn."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(end, "", "0: a last field must not be empty."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "latency.csv");
#undef ROW

/* Points of the body, and of each power of ten of the tail. */
enum { BODY = 100, TAIL = 10 };

struct latencies {
	size_t count;
	const struct summary_row *rows[PLOTS_LATENCIES_MAX];
	struct histogram histogram[PLOTS_LATENCIES_MAX];
};

static void latencies_free(void *state)
{
	struct latencies *latencies = state;

	for (size_t i = 0; i < latencies->count; i++)
		histogram_release(&latencies->histogram[i]);
	free(latencies);
}

static int begin(
	void **state, const struct plots_run *run, struct fr_error *err)
{
	struct latencies *latencies = calloc(1, sizeof(*latencies));

	if (!latencies)
		return fr_error_memory(err);
	*state = latencies;
	latencies->count = plots_choose(latencies->rows,
		run->cells ? PLOTS_LATENCIES_MAX : PLOTS_TELLING, run->summary,
		run->cells);
	return 0;
}

/* Each trial of the cells counts. */
static void *find(void *state, const struct trial_row *trial)
{
	struct latencies *latencies = state;

	for (size_t i = 0; i < latencies->count; i++) {
		const struct summary_row *row = latencies->rows[i];

		if (!strcmp(row->strategy, trial->strategy) &&
			row->concurrency == trial->concurrency &&
			!strcmp(row->protocol, trial->protocol) &&
			workload_same_but(
				&row->workload, &trial->workload, NULL))
			return &latencies->histogram[i];
	}
	return NULL;
}

static int take(void *state, void *place, const struct request_row *request,
	struct fr_error *err)
{
	double latency_ns = measure_latency_ns(request);

	(void)state;
	if (!(latency_ns >= 0 && latency_ns < 0x1p63))
		return 0;
	return histogram_add(place, (uint64_t)latency_ns) ? fr_error_memory(err)
							  : 0;
}

static int add_percentile(struct csv_text *text, struct latency_line *line,
	const struct histogram *histogram, double share)
{
	line->percent = 100 * share;
	line->nines = share < 1 ? fmax(0, -log10(1 - share)) : (double)NAN;
	line->latency_ms = histogram_quantile(histogram, share) / 1e6;
	return csv_text_add_row(text, &line_schema, line);
}

static int add_curve(struct csv_text *text, const struct plots_run *run,
	const struct latencies *latencies, size_t i)
{
	const struct histogram *histogram = &latencies->histogram[i];
	struct latency_line line;
	int rc = 0;

	row_init(&line_schema, &line);
	line.curve = i + 1;
	plots_format_cell(line.cell, run->summary, latencies->rows[i]);
	plots_format_work(line.work, run->summary, latencies->rows[i]);
	line.requests = histogram->count;
	line.cells = plots_cells(run->summary);
	line.end = 0;
	for (int p = 0; p < 9 * BODY / 10 && !rc; p++)
		rc = add_percentile(text, &line, histogram, p / (double)BODY);
	/* From 90 % on, until a single request is beyond. */
	for (int p = TAIL;
		!rc && pow(10, p / (double)TAIL) <= (double)histogram->count;
		p++)
		rc = add_percentile(
			text, &line, histogram, 1 - pow(10, -p / (double)TAIL));
	return rc ? rc : add_percentile(text, &line, histogram, 1);
}

static int finish(void *state, const struct plots_run *run,
	struct plots_files *files, struct fr_error *err)
{
	const struct latencies *latencies = state;
	struct csv_text text = {0};
	uint64_t requests = 0;
	int made = csv_text_add_header(&text, &line_schema);

	for (size_t i = 0; i < latencies->count && !made; i++) {
		requests += latencies->histogram[i].count;
		if (latencies->histogram[i].count)
			made = add_curve(&text, run, latencies, i);
	}
	if (!requests && !made) {
		csv_text_release(&text);
		return 0;
	}
	return plots_keep(files, &line_schema, &text, made, err);
}

const struct plots_pass plots_latency = {
	begin, find, take, finish, latencies_free};
