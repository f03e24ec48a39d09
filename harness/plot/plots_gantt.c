/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Gantt chart: which worker downloaded which item, and when, in one trial
 * of each cell. Figures of a whole trial are in a file of their own, because
 * not all items and lanes of a large trial are drawn.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/runs/measures.h"
#include "harness/runs/trials.h"

/* A line of gantt.csv: an item of the trial that stands for its cell. */
struct item_row {
	uint64_t panel; /* from 1, the slowest cell first */
	char cell[ROWS_TEXT_MAX];
	uint64_t item;
	char code[8]; /* CN */
	uint64_t worker;
	double start_ms, first_byte_ms, end_ms;
	uint64_t failed; /* 1: it did not end well */
	double connected_ms, tls_ms;
};

#define ROW struct item_row
static const struct column item_columns[] = {
	COLUMN(panel, "", "One cell; the slowest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(item, "", "The item's place in the job."),
	COLUMN(code, "", "The flag's country code."),
	COLUMN(worker, "", "Who performed it."),
	COLUMN(start_ms, "ms",
		"The item, or its last try, was started, counted from t0."),
	COLUMN(first_byte_ms, "ms", "The answer's first byte came."),
	COLUMN(end_ms, "ms", "Its body was whole or its failure known."),
	COLUMN(failed, "", "1 if it did not end well, else 0."),
	COLUMN(connected_ms, "ms",
		"It had a connection; start_ms if it did not wait for one."),
	COLUMN(tls_ms, "ms", "TLS was set up; connected_ms without."),
};
static const struct row_schema item_schema =
	SCHEMA_OF(item_columns, "gantt.csv");
#undef ROW

/* A line of panels.csv. */
struct panel_row {
	uint64_t panel;
	char cell[ROWS_TEXT_MAX];
	uint64_t cells;
	uint64_t group; /* the summary's: those of one did the same work */
	double elapsed_ms;
	/* Never empty: gnuplot 5.4 shows an empty last field as any text. */
	char drawn[ROWS_TEXT_MAX];
};

#define ROW struct panel_row
static const struct column panel_columns[] = {
	COLUMN(panel, "", "One cell; the slowest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(cells, "", "Cells that could be drawn."),
	COLUMN(group, "", "Cells of one group did the same work."),
	COLUMN(elapsed_ms, "ms", "How long the whole trial took."),
	COLUMN(drawn, "", "What of it gantt.csv has: all, or the first."),
};
static const struct row_schema panel_schema =
	SCHEMA_OF(panel_columns, "panels.csv");
#undef ROW

/* The items collected so far, and their trials. */
struct gantt {
	struct csv_text text;
	size_t panels;
	struct panel {
		const struct summary_row *row; /* the summary's */
		size_t lines;
		uint64_t workers; /* of the whole trial */
		struct panel_row line;
	} panel[PLOTS_PANELS_MAX];
};

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
	return measure_known(ns) / 1e6;
}

/* The panel that shows the trial, or NULL. */
static struct panel *panel_of(struct gantt *gantt, const char *trial)
{
	for (size_t i = 0; i < gantt->panels; i++) {
		if (!strcmp(gantt->panel[i].row->median_trial, trial))
			return &gantt->panel[i];
	}
	return NULL;
}

/*
 * Of an item that was tried again, its worker is known for the last try alone,
 * and the start of that by its arrival at the server.
 */
static uint64_t start_of(const struct request_row *request)
{
	return request->retries != FR_UNKNOWN && request->retries > 0 &&
			request->witness_arrival_ns != FR_UNKNOWN
		? request->witness_arrival_ns
		: request->start_ns;
}

static int add_item(struct csv_text *text, const struct panel *panel,
	const struct request_row *request)
{
	struct item_row line;

	row_init(&item_schema, &line);
	line.panel = panel->line.panel;
	memcpy(line.cell, panel->line.cell, sizeof(line.cell));
	line.item = request->item;
	code_of(line.code, request->path);
	line.worker = request->worker;
	line.start_ms = in_ms(start_of(request));
	/* A bar is a request. Its work may be done later, and elsewhere. */
	line.end_ms = in_ms(measure_answered_ns(request));
	/* Without an answer all of the time was waiting. */
	line.first_byte_ms = in_ms(request->first_byte_ns);
	if (isnan(line.first_byte_ms))
		line.first_byte_ms = line.end_ms;
	line.connected_ms = in_ms(request->connect_ns);
	if (!(line.connected_ms > line.start_ms))
		line.connected_ms = line.start_ms;
	line.tls_ms = in_ms(request->tls_ns);
	if (!(line.tls_ms > line.connected_ms))
		line.tls_ms = line.connected_ms;
	line.failed = request->status != FR_OK;
	return csv_text_add_row(text, &item_schema, &line);
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	const struct request_row *request = row;
	struct gantt *gantt = ctx;
	struct panel *panel = panel_of(gantt, request->trial);

	if (!panel || request->start_ns == FR_UNKNOWN ||
		request->end_ns == FR_UNKNOWN)
		return 0;
	if (request->worker != FR_UNKNOWN && request->worker >= panel->workers)
		panel->workers = request->worker + 1;
	if (request->item >= PLOTS_ITEMS_MAX ||
		request->worker >= PLOTS_LANES_MAX)
		return 0;
	if (add_item(&gantt->text, panel, request))
		return fr_error_memory(err);
	panel->lines++;
	return 0;
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct panel *panel = panel_of(ctx, trial->trial);

	(void)run;
	(void)err;
	if (panel)
		panel->line.elapsed_ms = in_ms(trial->elapsed_ns);
	return 0;
}

/* Chooses the first cells, for panels from the slowest of them. */
static void choose_panels(struct gantt *gantt, const struct summary *summary)
{
	const uint64_t cells = plots_cells(summary);
	size_t left = cells < PLOTS_PANELS_MAX ? cells : PLOTS_PANELS_MAX;

	gantt->panels = left;
	for (size_t i = 0; i < summary->count && left; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct panel *panel;

		if (row->rank == FR_UNKNOWN)
			continue;
		panel = &gantt->panel[left - 1];
		panel->row = row;
		row_init(&panel_schema, &panel->line);
		panel->line.panel = left--;
		panel->line.cells = cells;
		panel->line.group = row->group;
		plots_format_cell(panel->line.cell, summary, row);
	}
}

/* "first 2000 of 3000 downloads", if the count is above what is drawn. */
static void add_part(char text[ROWS_TEXT_MAX], uint64_t drawn, uint64_t count,
	const char *what)
{
	size_t used = strlen(text);

	if (count != FR_UNKNOWN && count > drawn)
		(void)snprintf(text + used, ROWS_TEXT_MAX - used,
			"%sfirst %" PRIu64 " of %" PRIu64 " %s",
			used ? "; " : "", drawn, count, what);
}

static int write_panels(
	struct gantt *gantt, const char *plots_dir, struct fr_error *err)
{
	struct csv_text text = {0};
	int rc = csv_text_add_header(&text, &panel_schema);

	for (size_t i = 0; i < gantt->panels && !rc; i++) {
		struct panel *panel = &gantt->panel[i];

		add_part(panel->line.drawn, PLOTS_ITEMS_MAX,
			panel->row->workload.requests, "downloads");
		add_part(panel->line.drawn, PLOTS_LANES_MAX, panel->workers,
			"workers");
		if (!panel->line.drawn[0])
			(void)snprintf(panel->line.drawn, ROWS_TEXT_MAX, "all");
		rc = csv_text_add_row(&text, &panel_schema, &panel->line);
	}
	return plots_write_file(plots_dir, &panel_schema, &text, rc, err);
}

/* Reads the trials' times and items. Returns 0, or -1 with *err. */
static int read_run(
	struct gantt *gantt, const char *run_dir, struct fr_error *err)
{
	bool torn;
	int rc = trials_read(&run_dir, 1, take_trial, gantt, &torn, err);

	if (!rc)
		rc = requests_read(
			run_dir, &request_schema, take_request, gantt, err);
	for (size_t i = 0; i < gantt->panels && !rc; i++) {
		const struct panel *panel = &gantt->panel[i];

		if (!panel->lines)
			rc = fr_error_set(err, EXIT_INVALID,
				"%s/%s: no request of trial %s was performed",
				run_dir, request_schema.file,
				panel->row->median_trial);
	}
	return rc;
}

int plots_gantt_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err)
{
	struct gantt *gantt = calloc(1, sizeof(*gantt));
	int rc;

	if (!gantt)
		return fr_error_memory(err);
	choose_panels(gantt, summary);
	if (csv_text_add_header(&gantt->text, &item_schema))
		rc = fr_error_memory(err);
	else
		rc = read_run(gantt, run_dir, err);
	if (!rc)
		rc = plots_write_file(
			plots_dir, &item_schema, &gantt->text, 0, err);
	if (!rc)
		rc = write_panels(gantt, plots_dir, err);
	csv_text_release(&gantt->text);
	free(gantt);
	return rc;
}
