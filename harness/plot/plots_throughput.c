/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How fast bodies came, over time, beside the rate of the link, in the trial
 * that stands for each cell. A body is spread evenly from its first byte to its
 * end, since the client does not record more of it. But a link carries no more
 * than its rate: what is above that must have come later. (Heads of HTTP/2 come
 * early, and the bodies one after the other.)
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_bins.h"
#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/runs/measures.h"
#include "harness/runs/trials.h"
#include "link/link.h"

/* A line of throughput.csv. It holds until the next one of the panel. */
struct speed_line {
	uint64_t panel;
	char cell[ROWS_TEXT_MAX];
	double time_ms, speed, rate;
	char work[ROWS_TEXT_MAX];
	uint64_t cells;
};

#define ROW struct speed_line
static const struct column columns[] = {
	COLUMN(panel, "", "One cell, in the order of the table."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(time_ms, "ms", "Counted from t0."),
	COLUMN(speed, "Mbit/s", "Of the bodies, without heads and packets."),
	COLUMN(rate, "Mbit/s", "Of the link, towards the client."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(cells, "", "Cells that could be drawn."),
};
static const struct row_schema line_schema =
	SCHEMA_OF(columns, "throughput.csv");
#undef ROW

struct speed {
	const struct summary_row *row; /* the summary's */
	double span_ns;                /* of the trial */
	double rate;                   /* Mbit/s */
	struct bins bins;              /* of Mbit/s */
};

struct speeds {
	uint64_t cells; /* that could be drawn */
	size_t count;
	struct speed speed[PLOTS_SPEEDS_MAX];
};

/* The rate of the cell's link in Mbit/s; NAN: there is none. */
static double rate_of(const struct summary_row *row)
{
	struct link_spec spec;
	struct link_error why = {""};

	if (!row->workload.link[0] ||
		link_spec_parse(&spec, row->workload.link, &why) ||
		!spec.way[LINK_DOWN].rate_bits)
		return NAN;
	return (double)spec.way[LINK_DOWN].rate_bits / 1e6;
}

static void *find(void *state, const struct trial_row *trial)
{
	struct speeds *speeds = state;

	for (size_t i = 0; i < speeds->count; i++) {
		struct speed *speed = &speeds->speed[i];

		if (strcmp(speed->row->median_trial, trial->trial) != 0)
			continue;
		speed->span_ns = measure_known(trial->elapsed_ns);
		return speed;
	}
	return NULL;
}

static int take(void *state, void *place, const struct request_row *request,
	struct fr_error *err)
{
	struct speed *speed = place;
	uint64_t begin_ns = request->first_byte_ns, end_ns, least_ns;

	(void)state;
	(void)err;
	if (begin_ns == FR_UNKNOWN || request->body_bytes == FR_UNKNOWN)
		return 0;
	end_ns = measure_answered_ns(request);
	/* What came at once came within a bin. */
	least_ns = (uint64_t)(speed->span_ns / (double)PLOTS_BINS) + 1;
	if (end_ns != FR_UNKNOWN && end_ns >= begin_ns &&
		end_ns - begin_ns < least_ns)
		begin_ns = end_ns > least_ns ? end_ns - least_ns : 0;
	bins_enter(&speed->bins, speed->span_ns, begin_ns, end_ns,
		8e3 * (double)request->body_bytes /
			(double)(end_ns - begin_ns));
	return 0;
}

/* How many cells over links with a rate have at most that rank. */
static size_t count_cells(const struct summary *summary, uint64_t rank)
{
	size_t count = 0;

	for (size_t i = 0; i < summary->count; i++)
		count += summary->rows[i].rank != FR_UNKNOWN &&
			summary->rows[i].rank <= rank &&
			!isnan(rate_of(&summary->rows[i]));
	return count;
}

/* As many of the fastest over each link as can be shown of every link. */
static void choose_cells(struct speeds *speeds, const struct summary *summary)
{
	uint64_t rank = 1;

	speeds->cells = count_cells(summary, summary->count);
	while (rank < summary->count &&
		count_cells(summary, rank + 1) <= PLOTS_SPEEDS_MAX)
		rank++;
	for (size_t i = 0;
		i < summary->count && speeds->count < PLOTS_SPEEDS_MAX; i++) {
		const struct summary_row *row = &summary->rows[i];
		double rate = rate_of(row);

		if (row->rank == FR_UNKNOWN || row->rank > rank || isnan(rate))
			continue;
		speeds->speed[speeds->count++] =
			(struct speed){.row = row, .rate = rate};
	}
}

/* Adds the bins that differ from the one before, and the end of the last. */
static int add_speed(struct csv_text *text, const struct summary *summary,
	const struct speeds *speeds, size_t i)
{
	const struct speed *speed = &speeds->speed[i];
	struct speed_line line;
	double filling = 0, above = 0;
	int rc = 0;

	row_init(&line_schema, &line);
	line.panel = i + 1;
	plots_format_cell(line.cell, summary, speed->row);
	plots_format_work(line.work, summary, speed->row);
	line.cells = speeds->cells;
	line.rate = speed->rate;
	for (size_t bin = 0; bin < PLOTS_BINS && !rc; bin++) {
		double mbits = bins_mean(&speed->bins, bin, &filling) + above;

		above = fmax(0, mbits - speed->rate);
		mbits -= above;
		if (bin && mbits == line.speed)
			continue;
		line.time_ms =
			speed->span_ns / 1e6 * (double)bin / (double)PLOTS_BINS;
		line.speed = mbits;
		rc = csv_text_add_row(text, &line_schema, &line);
	}
	line.time_ms = speed->span_ns / 1e6;
	return rc ? rc : csv_text_add_row(text, &line_schema, &line);
}

static int begin(
	void **state, const struct plots_run *run, struct fr_error *err)
{
	struct speeds *speeds = calloc(1, sizeof(*speeds));

	if (!speeds)
		return fr_error_memory(err);
	choose_cells(speeds, run->summary);
	if (speeds->count)
		*state = speeds;
	else
		free(speeds);
	return 0;
}

static int finish(void *state, const struct plots_run *run,
	struct plots_files *files, struct fr_error *err)
{
	const struct speeds *speeds = state;
	struct csv_text text = {0};
	int made = csv_text_add_header(&text, &line_schema);

	for (size_t i = 0; i < speeds->count && !made; i++)
		made = add_speed(&text, run->summary, speeds, i);
	return plots_keep(files, &line_schema, &text, made, err);
}

const struct plots_pass plots_throughput = {begin, find, take, finish, free};
