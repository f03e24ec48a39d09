/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many requests were in flight, over time, in the trial that stands for
 * each cell.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_bins.h"
#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/runs/measures.h"
#include "harness/runs/trials.h"

/* A line of in-flight.csv. It holds until the next one of the panel. */
struct flight_line {
	uint64_t panel;
	char cell[ROWS_TEXT_MAX];
	double time_ms;
	double client, witness;
	uint64_t concurrency, capacity;
	uint64_t retried;
	char work[ROWS_TEXT_MAX];
	uint64_t cells;
};

#define ROW struct flight_line
static const struct column columns[] = {
	COLUMN(panel, "", "One cell; the fastest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(time_ms, "ms", "Counted from t0."),
	COLUMN(client, "requests",
		"Started and not yet answered, by the client; empty: unknown."),
	COLUMN(witness, "requests",
		"Arrived and not yet answered, by the server; empty: unknown."),
	COLUMN(concurrency, "requests", "The most requests in flight."),
	COLUMN(capacity, "requests",
		"The most requests the server serves; empty: no limit."),
	COLUMN(retried, "requests", "Items of the trial that were retried."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(cells, "", "Cells that could be drawn."),
};
static const struct row_schema line_schema =
	SCHEMA_OF(columns, "in-flight.csv");
#undef ROW

struct flight {
	const struct summary_row *row; /* the summary's */
	double span_ns;                /* of the trial */
	uint64_t retried;
	struct bins client, witness; /* in flight by each account */
};

struct flights {
	size_t count;
	const struct summary_row *row[PLOTS_FLIGHTS_MAX];
	struct flight flight[PLOTS_FLIGHTS_MAX];
};

static void *find(void *state, const struct trial_row *trial)
{
	struct flights *flights = state;

	for (size_t i = 0; i < flights->count; i++) {
		struct flight *flight = &flights->flight[i];

		if (strcmp(flight->row->median_trial, trial->trial) != 0)
			continue;
		flight->span_ns = measure_known(trial->elapsed_ns);
		return flight;
	}
	return NULL;
}

static int take(void *state, void *place, const struct request_row *request,
	struct fr_error *err)
{
	struct flight *flight = place;

	(void)state;
	(void)err;
	/* Work may be done later: then no request is in flight. */
	bins_enter(&flight->client, flight->span_ns, request->start_ns,
		measure_answered_ns(request), 1);
	bins_enter(&flight->witness, flight->span_ns,
		request->witness_arrival_ns, request->witness_sent_ns, 1);
	flight->retried +=
		request->retries != FR_UNKNOWN && request->retries > 0;
	return 0;
}

static int begin(
	void **state, const struct plots_run *run, struct fr_error *err)
{
	struct flights *flights = calloc(1, sizeof(*flights));

	if (!flights)
		return fr_error_memory(err);
	*state = flights;
	flights->count = plots_choose(flights->row,
		run->cells ? PLOTS_FLIGHTS_MAX : PLOTS_TELLING, run->summary,
		run->cells);
	for (size_t i = 0; i < flights->count; i++)
		flights->flight[i].row = flights->row[i];
	return 0;
}

static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

/* Adds the bins that differ from the one before, and the end of the last. */
static int add_bins(struct csv_text *text, const struct flight *flight,
	struct flight_line *line)
{
	double client_filling = 0, witness_filling = 0;
	int rc = 0;

	for (size_t bin = 0; bin < PLOTS_BINS && !rc; bin++) {
		double client =
			bins_mean(&flight->client, bin, &client_filling);
		double witness =
			bins_mean(&flight->witness, bin, &witness_filling);

		if (bin && same(client, line->client) &&
			same(witness, line->witness))
			continue;
		line->time_ms = flight->span_ns / 1e6 * (double)bin /
			(double)PLOTS_BINS;
		line->client = client;
		line->witness = witness;
		rc = csv_text_add_row(text, &line_schema, line);
	}
	line->time_ms = flight->span_ns / 1e6;
	return rc ? rc : csv_text_add_row(text, &line_schema, line);
}

static int add_flight(struct csv_text *text, const struct summary *summary,
	const struct flight *flight, uint64_t panel)
{
	struct flight_line line;

	row_init(&line_schema, &line);
	line.panel = panel;
	plots_format_cell(line.cell, summary, flight->row);
	plots_format_work(line.work, summary, flight->row);
	line.cells = plots_cells(summary);
	line.concurrency = flight->row->concurrency;
	line.capacity = flight->row->workload.capacity;
	line.retried = flight->retried;
	return add_bins(text, flight, &line);
}

static int finish(void *state, const struct plots_run *run,
	struct plots_files *files, struct fr_error *err)
{
	struct flights *flights = state;
	struct csv_text text = {0};
	int made = csv_text_add_header(&text, &line_schema);

	for (size_t i = 0; i < flights->count && !made; i++)
		made = add_flight(
			&text, run->summary, &flights->flight[i], i + 1);
	return plots_keep(files, &line_schema, &text, made, err);
}

const struct plots_pass plots_in_flight = {begin, find, take, finish, free};
