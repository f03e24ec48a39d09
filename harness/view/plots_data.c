/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows for the pictures, in milliseconds because axes are. Texts are made here
 * rather than in gnuplot, where putting text together is an art of its own.
 */
#include "harness/view/plots_data.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/judge/summary.h"
#include "harness/record/columns.h"
#include "harness/view/plots_rows.h"

/* A line of elapsed.csv. */
struct elapsed_row {
	char cell[ROWS_TEXT_MAX]; /* pthread-map@20 */
	char work[ROWS_TEXT_MAX]; /* what all cells did */
	uint64_t requests;
	uint64_t valid;
	double elapsed_ms, low_ms, high_ms;
	double ideal_ms;
	double above_percent, above_low_percent, above_high_percent;
	uint64_t unwitnessed;
};

#define ROW struct elapsed_row
static const struct column elapsed_columns[] = {
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(work, "", "What all cells did."),
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
};
#undef ROW

static const struct row_schema elapsed_schema = {
	.file = "elapsed.csv",
	.row_size = sizeof(struct elapsed_row),
	.columns = elapsed_columns,
	.count = COLUMN_COUNT_OF(elapsed_columns),
};

/* A line of gantt.csv: an item of the trial that stands for its cell. */
struct gantt_row {
	uint64_t panel; /* from 1, the slowest cell first */
	char cell[ROWS_TEXT_MAX];
	uint64_t item;
	char code[8]; /* CN */
	uint64_t worker;
	double start_ms, first_byte_ms, end_ms;
	uint64_t failed; /* 1: it did not end well */
};

#define ROW struct gantt_row
static const struct column gantt_columns[] = {
	COLUMN(panel, "", "One cell; the slowest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(item, "", "The item's place in the job."),
	COLUMN(code, "", "The flag's country code."),
	COLUMN(worker, "", "Who performed it."),
	COLUMN(start_ms, "ms", "The item was begun, counted from t0."),
	COLUMN(first_byte_ms, "ms", "The answer's first byte came."),
	COLUMN(end_ms, "ms", "Its body was whole or its failure known."),
	COLUMN(failed, "", "1 if it did not end well, else 0."),
};
#undef ROW

static const struct row_schema gantt_schema = {
	.file = "gantt.csv",
	.row_size = sizeof(struct gantt_row),
	.columns = gantt_columns,
	.count = COLUMN_COUNT_OF(gantt_columns),
};

/* The items being collected, and the trials they are of. */
struct gantt {
	struct csv_text text;
	size_t panels;
	struct panel {
		const char *trial; /* the summary's */
		size_t lines;
		char cell[ROWS_TEXT_MAX];
	} panel[PLOTS_PANELS_MAX];
};

/* How much longer than ideal, in %; unknown when nothing was to be done. */
static double above(double efficiency)
{
	return efficiency > 0 ? 100 * (1 / efficiency - 1) : NAN;
}

static int add_elapsed(struct csv_text *text, const struct summary *summary,
	const struct summary_row *row)
{
	struct elapsed_row line;

	row_init(&elapsed_schema, &line);
	plots_format_cell(line.cell, summary, row);
	plots_format_work(line.work, summary, row);
	line.requests = row->requests;
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
	return csv_text_add_row(text, &elapsed_schema, &line);
}

/* "/flags/cn/cn.gif" gives CN; a path that does not end so gives "". */
static void code_of(char code[8], const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	code[0] = '\0';
	if (!isalpha((unsigned char)name[0]) ||
		!isalpha((unsigned char)name[1]) || (name[2] && name[2] != '.'))
		return;
	code[0] = (char)toupper((unsigned char)name[0]);
	code[1] = (char)toupper((unsigned char)name[1]);
	code[2] = '\0';
}

static double in_ms(uint64_t ns)
{
	return ns == FR_UNKNOWN ? NAN : (double)ns / 1e6;
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	const struct request_row *request = row;
	struct gantt *gantt = ctx;
	struct gantt_row line;
	size_t i = 0;

	while (i < gantt->panels &&
		strcmp(gantt->panel[i].trial, request->trial))
		i++;
	if (i == gantt->panels || request->item >= PLOTS_ITEMS_MAX ||
		request->worker >= PLOTS_LANES_MAX ||
		request->start_ns == FR_UNKNOWN ||
		request->end_ns == FR_UNKNOWN)
		return 0;
	row_init(&gantt_schema, &line);
	line.panel = i + 1;
	memcpy(line.cell, gantt->panel[i].cell, sizeof(line.cell));
	line.item = request->item;
	code_of(line.code, request->path);
	line.worker = request->worker;
	line.start_ms = in_ms(request->start_ns);
	line.end_ms = in_ms(request->end_ns);
	/* Without an answer all of the time was waiting. */
	line.first_byte_ms = in_ms(request->first_byte_ns);
	if (isnan(line.first_byte_ms))
		line.first_byte_ms = line.end_ms;
	line.failed = request->status != FR_OK;
	if (csv_text_add_row(&gantt->text, &gantt_schema, &line))
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	gantt->panel[i].lines++;
	return 0;
}

int plots_write_file(const char *directory, const char *name,
	struct csv_text *text, struct fr_error *err)
{
	char *path = NULL;
	int fd, rc;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	rc = fd < 0 ? -errno : csv_text_write(text, fd);
	if (fd >= 0 && close(fd) && !rc)
		rc = -errno;
	if (rc)
		(void)fr_error_set(
			err, EXIT_USAGE, "%s: %s", path, strerror(-rc));
	free(path);
	return rc ? -1 : 0;
}

/* Why there is no cell to draw; the first row of a summary tells. */
static const char *what_lacks(const struct summary_row *first)
{
	if (summary_is_floor(first))
		return "strategy but " SUMMARY_FLOOR;
	return summary_all_failed(first) ? "request succeeded" : "valid trial";
}

static int write_elapsed(const struct summary *summary, const char *plots_dir,
	struct fr_error *err)
{
	struct csv_text text;
	size_t lines = 0;
	int rc;

	csv_text_init(&text);
	rc = csv_text_add_header(&text, &elapsed_schema);
	for (size_t i = 0; i < summary->count && !rc; i++) {
		if (summary->rows[i].rank == FR_UNKNOWN ||
			lines == PLOTS_CELLS_MAX)
			continue;
		rc = add_elapsed(&text, summary, &summary->rows[i]);
		lines++;
	}
	if (rc)
		rc = fr_error_set(err, EXIT_INVALID, "out of memory");
	else if (!lines)
		rc = fr_error_set(err, EXIT_INVALID,
			"no %s: there is nothing to draw",
			what_lacks(&summary->rows[0]));
	else
		rc = plots_write_file(
			plots_dir, elapsed_schema.file, &text, err);
	csv_text_release(&text);
	return rc;
}

/* Chooses the fastest cells, for panels from the slowest of them. */
static void choose_panels(struct gantt *gantt, const struct summary *summary)
{
	size_t left = 0;

	for (size_t i = 0; i < summary->count; i++)
		left += summary->rows[i].rank != FR_UNKNOWN &&
			left < PLOTS_PANELS_MAX;
	gantt->panels = left;
	for (size_t i = 0; i < summary->count && left; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (row->rank == FR_UNKNOWN)
			continue;
		left--;
		gantt->panel[left].trial = row->median_trial;
		plots_format_cell(gantt->panel[left].cell, summary, row);
	}
}

static int write_gantt(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err)
{
	struct gantt gantt = {.panels = 0};
	char *path = NULL;
	int rc = -1;

	choose_panels(&gantt, summary);
	csv_text_init(&gantt.text);
	if (asprintf(&path, "%s/%s", run_dir, request_schema.file) < 0) {
		path = NULL;
		(void)fr_error_set(err, EXIT_INVALID, "out of memory");
		goto out;
	}
	if (csv_text_add_header(&gantt.text, &gantt_schema)) {
		(void)fr_error_set(err, EXIT_INVALID, "out of memory");
		goto out;
	}
	if (csv_read(path, &request_schema, take_request, &gantt, NULL, err))
		goto out;
	for (size_t i = 0; i < gantt.panels; i++) {
		if (!gantt.panel[i].lines) {
			(void)fr_error_set(err, EXIT_INVALID,
				"%s: no request of trial %s was performed",
				path, gantt.panel[i].trial);
			goto out;
		}
	}
	rc = plots_write_file(plots_dir, gantt_schema.file, &gantt.text, err);
out:
	csv_text_release(&gantt.text);
	free(path);
	return rc;
}

int plots_data_write(const char *run_dir, const char *plots_dir, bool *sweep,
	struct fr_error *err)
{
	const struct summary_terms terms = {.clock = CLOCK_ELAPSED};
	struct summary *summary;
	int rc;

	if (summary_create(&summary, &run_dir, 1, &terms, err))
		return -1;
	rc = write_elapsed(summary, plots_dir, err);
	if (!rc)
		rc = write_gantt(summary, run_dir, plots_dir, err);
	if (!rc)
		rc = plots_completion_write(summary, run_dir, plots_dir, err);
	if (!rc)
		rc = plots_scaling_write(summary, plots_dir, sweep, err);
	summary_free(summary);
	return rc;
}
