/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows for the pictures, in milliseconds because axes are. Texts are made here
 * rather than in gnuplot, where putting text together is an art of its own.
 */
#include <math.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"

/* A line of elapsed.csv. */
struct elapsed_row {
	char cell[ROWS_TEXT_MAX]; /* pthread-map@20 */
	char work[ROWS_TEXT_MAX]; /* what all cells did */
	uint64_t cells;
	uint64_t requests;
	uint64_t valid;
	double elapsed_ms, low_ms, high_ms;
	double ideal_ms;
	double above_percent, above_low_percent, above_high_percent;
	uint64_t unwitnessed;
	uint64_t failing;
	double total_ms, total_low_ms, total_high_ms;
};

#define ROW struct elapsed_row
static const struct column elapsed_columns[] = {
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(work, "", "What all cells did."),
	COLUMN(cells, "", "Cells that could be drawn."),
	COLUMN(requests, "requests", "Items in the job."),
	COLUMN(valid, "trials",
		"Valid and unwitnessed trials, without warm-up."),
	COLUMN(elapsed_ms, "ms", "Median elapsed time."),
	COLUMN(low_ms, "ms", "Low end of its 95 % interval."),
	COLUMN(high_ms, "ms", "High end of its 95 % interval."),
	COLUMN(ideal_ms, "ms", "Median ideal time."),
	COLUMN(above_percent, "%", "Median of elapsed / ideal, less 100 %."),
	COLUMN(above_low_percent, "%", "Low end of its 95 % interval."),
	COLUMN(above_high_percent, "%", "High end of its 95 % interval."),
	COLUMN(unwitnessed, "trials", "Of `valid`, the unwitnessed ones."),
	COLUMN(failing, "",
		"Cells left out because of their failures: all requests, or "
		"significantly more than another cell's."),
	COLUMN(total_ms, "ms",
		"Median total time, with set-up and clean-up: the order."),
	COLUMN(total_low_ms, "ms", "Low end of its 95 % interval."),
	COLUMN(total_high_ms, "ms", "High end of its 95 % interval."),
};
static const struct row_schema elapsed_schema =
	SCHEMA_OF(elapsed_columns, "elapsed.csv");
#undef ROW

/* How much longer than ideal, in %; unknown when nothing was to be done. */
static double above(double efficiency)
{
	return efficiency > 0 ? 100 * (1 / efficiency - 1) : NAN;
}

/* How many cells have a figure, but none to be shown beside the others'. */
static uint64_t failing_cells(const struct summary *summary)
{
	uint64_t cells = 0;

	for (size_t i = 0; i < summary->count; i++)
		cells += summary->rows[i].fails_more_than[0] ||
			summary_all_failed(&summary->rows[i]);
	return cells;
}

static int add_elapsed(struct csv_text *text, const struct summary *summary,
	const struct summary_row *row)
{
	struct elapsed_row line;

	row_init(&elapsed_schema, &line);
	plots_format_cell(line.cell, summary, row);
	plots_format_work(line.work, summary, row);
	line.cells = plots_cells(summary);
	line.requests = row->workload.requests;
	line.valid = row->verdicts[VERDICT_VALID] +
		row->verdicts[VERDICT_UNWITNESSED];
	line.elapsed_ms = row->elapsed.value / 1e6;
	line.low_ms = row->elapsed.low / 1e6;
	line.high_ms = row->elapsed.high / 1e6;
	line.ideal_ms = row->ideal.value / 1e6;
	line.above_percent = above(row->efficiency.value);
	line.above_low_percent = above(row->efficiency.high);
	line.above_high_percent = above(row->efficiency.low);
	line.unwitnessed = row->verdicts[VERDICT_UNWITNESSED];
	line.failing = failing_cells(summary);
	line.total_ms = row->total.value / 1e6;
	line.total_low_ms = row->total.low / 1e6;
	line.total_high_ms = row->total.high / 1e6;
	return csv_text_add_row(text, &elapsed_schema, &line);
}

/* Says why there is no cell to draw, judging by the summary's first row. */
static const char *what_lacks(const struct summary_row *first)
{
	if (summary_is_floor(first))
		return "strategy but " SUMMARY_FLOOR;
	return summary_all_failed(first) ? "request succeeded" : "valid trial";
}

static int make_elapsed(const struct summary *summary,
	struct plots_files *files, struct fr_error *err)
{
	struct csv_text text = {0};
	size_t left = PLOTS_CELLS_MAX;
	int rc = csv_text_add_header(&text, &elapsed_schema);

	if (!plots_cells(summary)) {
		csv_text_release(&text);
		return fr_error_set(err, EXIT_INVALID,
			"no %s: there is nothing to draw",
			what_lacks(&summary->rows[0]));
	}
	for (size_t i = 0; i < summary->count && left && !rc; i++) {
		if (summary->rows[i].rank == FR_UNKNOWN)
			continue;
		rc = add_elapsed(&text, summary, &summary->rows[i]);
		left--;
	}
	return plots_keep(files, &elapsed_schema, &text, rc, err);
}

int plots_data_make(struct plots_files *files, const char *run_dir,
	const char *cells, struct fr_error *err)
{
	/* Ranked as the tables are: by the whole time of a trial. */
	const struct summary_terms terms = {.clock = CLOCK_TOTAL};
	static int (*const makers[])(const struct plots_run *run,
		struct plots_files *files, struct fr_error *err) = {
		plots_passes_run, plots_cost_make, plots_sweeps_make,
		plots_scaling_make, plots_crossover_make, plots_winners_make};
	struct plots_run run = {.dir = run_dir, .cells = cells};
	struct summary *summary;
	struct fr_error failure;
	int rc = 0;

	if (summary_create(&summary, &run_dir, 1, &terms, err))
		return -1;
	run.summary = summary;
	if ((cells && plots_check_cells(summary, cells, err)) ||
		make_elapsed(summary, files, err)) {
		summary_free(summary);
		return -1;
	}
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (!makers[i](&run, files, &failure))
			continue;
		if (!rc)
			*err = failure;
		rc = -1;
	}
	summary_free(summary);
	return rc;
}
