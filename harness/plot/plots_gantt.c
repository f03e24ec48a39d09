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
	char work[ROWS_TEXT_MAX];
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
	COLUMN(work, "", "What all of them did."),
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
static void *find(void *state, const struct trial_row *trial)
{
	struct gantt *gantt = state;

	for (size_t i = 0; i < gantt->panels; i++) {
		struct panel *panel = &gantt->panel[i];

		if (strcmp(panel->row->median_trial, trial->trial) != 0)
			continue;
		panel->line.elapsed_ms = in_ms(trial->elapsed_ns);
		return panel;
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

static int take(void *state, void *place, const struct request_row *request,
	struct fr_error *err)
{
	struct gantt *gantt = state;
	struct panel *panel = place;

	if (request->start_ns == FR_UNKNOWN || request->end_ns == FR_UNKNOWN)
		return 0;
	if (request->worker != FR_UNKNOWN && request->worker >= panel->workers)
		panel->workers = request->worker + 1;
	panel->lines++;
	if (request->item >= PLOTS_ITEMS_MAX ||
		request->worker >= PLOTS_LANES_MAX)
		return 0;
	return add_item(&gantt->text, panel, request) ? fr_error_memory(err)
						      : 0;
}

/* Chooses cells, for panels from the slowest of them. */
static void choose_panels(struct gantt *gantt, const struct plots_run *run)
{
	const struct summary_row *rows[PLOTS_PANELS_MAX];

	gantt->panels = plots_choose(rows,
		run->cells ? PLOTS_PANELS_MAX : PLOTS_TELLING, run->summary,
		run->cells);
	for (size_t i = 0; i < gantt->panels; i++) {
		struct panel *panel = &gantt->panel[i];

		panel->row = rows[gantt->panels - 1 - i];
		row_init(&panel_schema, &panel->line);
		panel->line.panel = i + 1;
		panel->line.cells = plots_cells(run->summary);
		panel->line.group = panel->row->group;
		plots_format_cell(panel->line.cell, run->summary, panel->row);
		plots_format_work(panel->line.work, run->summary, panel->row);
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

static int keep_panels(
	struct gantt *gantt, struct plots_files *files, struct fr_error *err)
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
	return plots_keep(files, &panel_schema, &text, rc, err);
}

static void gantt_free(void *state)
{
	struct gantt *gantt = state;

	csv_text_release(&gantt->text);
	free(gantt);
}

static int begin(
	void **state, const struct plots_run *run, struct fr_error *err)
{
	struct gantt *gantt = calloc(1, sizeof(*gantt));

	if (!gantt || csv_text_add_header(&gantt->text, &item_schema)) {
		free(gantt);
		return fr_error_memory(err);
	}
	choose_panels(gantt, run);
	*state = gantt;
	return 0;
}

static int finish(void *state, const struct plots_run *run,
	struct plots_files *files, struct fr_error *err)
{
	struct gantt *gantt = state;

	for (size_t i = 0; i < gantt->panels; i++)
		if (!gantt->panel[i].lines)
			return fr_error_set(err, EXIT_INVALID,
				"%s/%s: no request of trial %s was performed",
				run->dir, request_schema.file,
				gantt->panel[i].row->median_trial);
	if (plots_keep(files, &item_schema, &gantt->text, 0, err))
		return -1;
	return keep_panels(gantt, files, err);
}

const struct plots_pass plots_gantt = {begin, find, take, finish, gantt_free};
