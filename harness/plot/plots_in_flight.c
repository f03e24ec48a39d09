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
	struct flight flight[PLOTS_FLIGHTS_MAX];
};

static struct flight *flight_of(struct flights *flights, const char *trial)
{
	for (size_t i = 0; i < flights->count; i++)
		if (!strcmp(flights->flight[i].row->median_trial, trial))
			return &flights->flight[i];
	return NULL;
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct flight *flight = flight_of(ctx, trial->trial);

	(void)run;
	(void)err;
	if (flight)
		flight->span_ns = measure_known(trial->elapsed_ns);
	return 0;
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	const struct request_row *request = row;
	struct flight *flight = flight_of(ctx, request->trial);

	(void)err;
	if (!flight)
		return 0;
	/* Work may be done later: then no request is in flight. */
	bins_enter(&flight->client, flight->span_ns, request->start_ns,
		measure_answered_ns(request), 1);
	bins_enter(&flight->witness, flight->span_ns,
		request->witness_arrival_ns, request->witness_sent_ns, 1);
	flight->retried +=
		request->retries != FR_UNKNOWN && request->retries > 0;
	return 0;
}

static void choose_cells(struct flights *flights, const struct summary *summary)
{
	for (size_t i = 0;
		i < summary->count && flights->count < PLOTS_FLIGHTS_MAX; i++)
		if (summary->rows[i].rank != FR_UNKNOWN)
			flights->flight[flights->count++].row =
				&summary->rows[i];
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
		line->time_ms =
			flight->span_ns / 1e6 * (double)bin / PLOTS_BINS;
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

int plots_in_flight_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err)
{
	struct flights *flights = calloc(1, sizeof(*flights));
	struct csv_text text = {0};
	bool torn;
	int rc;

	if (!flights)
		return fr_error_memory(err);
	choose_cells(flights, summary);
	rc = trials_read(&run_dir, 1, take_trial, flights, &torn, err);
	if (!rc)
		rc = requests_read(
			run_dir, &request_schema, take_request, flights, err);
	if (!rc) {
		int made = csv_text_add_header(&text, &line_schema);

		for (size_t i = 0; i < flights->count && !made; i++)
			made = add_flight(
				&text, summary, &flights->flight[i], i + 1);
		rc = plots_write_file(
			plots_dir, &line_schema, &text, made, err);
	}
	free(flights);
	return rc;
}
