/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A history's picture, and its points: gnuplot reads them from a folder of
 * their own, which lasts as long as it draws.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/plot/plots.h"
#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"

/* A line of history.csv. */
struct history_point {
	uint64_t line;
	char cell[ROWS_TEXT_MAX];
	uint64_t run; /* from 1, the oldest first */
	char started[32];
	double ratio, low, high;
	uint64_t cells;
	char metric[ROWS_TEXT_MAX];
	char reference[ROWS_TEXT_MAX];
};

#define ROW struct history_point
static const struct column columns[] = {
	COLUMN(line, "", "One cell."),
	COLUMN(cell, "", "Strategy, @, and what tells it from others."),
	COLUMN(run, "", "The run's place, the oldest is 1."),
	COLUMN(started, "UTC", "When the run began."),
	COLUMN(ratio, "ratio", "Of the metric to the reference's."),
	COLUMN(low, "ratio", "Low end of its 95 % interval."),
	COLUMN(high, "ratio", "High end of its 95 % interval."),
	COLUMN(cells, "", "Cells that could be drawn."),
	COLUMN(metric, "", "What the ratio is of."),
	COLUMN(reference, "", "What it is to."),
};
static const struct row_schema point_schema = SCHEMA_OF(columns, "history.csv");
#undef ROW

/* A history's keys: the run, what a cell is called by, and its settings. */
enum { KEY_RUN, KEY_STRATEGY, KEY_CONCURRENCY, KEY_SETTINGS };

/* A picture's points being made. */
struct drawing {
	const struct listing *listing;
	bool telling[GROUPING_KEYS_MAX]; /* keys that cells are told apart by */
	char (*cells)[ROWS_TEXT_MAX];    /* of the lines so far */
	uint64_t lines;
};

static bool same_key(const struct listing *listing, size_t k,
	const struct history_row *a, const struct history_row *b)
{
	return grouping_same_key(
		&listing->columns[k], &a->head.keys, &b->head.keys);
}

/* Which settings differ between cells of one strategy and concurrency. */
static void find_telling(struct drawing *drawing)
{
	const struct listing *listing = drawing->listing;

	for (size_t i = 0; i < listing->groups; i++) {
		const struct history_row *row = listing_row(listing, i);
		const struct history_row *other = row;

		for (size_t j = i; j-- > 0 && other == row;) {
			const struct history_row *at = listing_row(listing, j);

			if (same_key(listing, KEY_STRATEGY, row, at) &&
				same_key(listing, KEY_CONCURRENCY, row, at))
				other = at;
		}
		for (size_t k = KEY_SETTINGS; k < listing->key_count; k++)
			drawing->telling[k] |=
				!same_key(listing, k, row, other);
	}
}

/* "pthread-map@20", and the settings that distinguish the cells. */
static void format_cell(char cell[ROWS_TEXT_MAX], const struct drawing *drawing,
	const struct history_row *row)
{
	const struct column *columns_of = drawing->listing->columns;
	char text[ROWS_TEXT_MAX];

	(void)snprintf(cell, ROWS_TEXT_MAX, "%s", row->head.keys.strategy);
	for (size_t k = KEY_CONCURRENCY; k < drawing->listing->key_count; k++) {
		size_t used = strlen(cell);

		csv_member(text, &columns_of[k], row);
		if (k == KEY_CONCURRENCY || (text[0] && drawing->telling[k]))
			(void)snprintf(cell + used, ROWS_TEXT_MAX - used,
				"%s%s", k == KEY_CONCURRENCY ? "@" : "; ",
				text);
	}
	plots_remove_quoting(cell, ROWS_TEXT_MAX);
}

/* Whether the cell is drawn: the reference is 1 by itself. */
static bool is_drawn(const struct listing *listing, const char *cell)
{
	const char *reference = listing->reference;
	size_t length = strlen(reference);
	size_t name = strcspn(cell, "@"), label = strcspn(cell, ";");

	if (!strncmp(cell, reference, length) &&
		(length == name || length == label))
		return false;
	return name != strlen(SUMMARY_FLOOR) ||
		strncmp(cell, SUMMARY_FLOOR, name) != 0;
}

/* The cell's line, made if it is the first of it. */
static uint64_t line_of(struct drawing *drawing, const char *cell)
{
	uint64_t i = 0;

	while (i < drawing->lines && strcmp(drawing->cells[i], cell) != 0)
		i++;
	if (i == drawing->lines)
		(void)snprintf(drawing->cells[drawing->lines++], ROWS_TEXT_MAX,
			"%s", cell);
	return i + 1;
}

/* The line of a row's point; 0: it has none. */
static uint64_t find_line(struct drawing *drawing,
	const struct history_row *row, char cell[ROWS_TEXT_MAX])
{
	format_cell(cell, drawing, row);
	if (isnan(row->ratio.value) || !is_drawn(drawing->listing, cell))
		return 0;
	return line_of(drawing, cell);
}

/* Counts the lines there could be. Returns 0, or -1 when memory is short. */
static int count_lines(struct drawing *drawing)
{
	const struct listing *listing = drawing->listing;
	char cell[ROWS_TEXT_MAX];

	drawing->cells = calloc(listing->groups + 1, sizeof(*drawing->cells));
	if (!drawing->cells)
		return -1;
	for (size_t i = 0; i < listing->groups; i++)
		(void)find_line(drawing, listing_row(listing, i), cell);
	return 0;
}

/* Adds a row's point unless it is not drawn: 1 or 0; -1: memory is short. */
static int add_point(struct csv_text *text, struct drawing *drawing,
	const struct history_row *row, uint64_t run)
{
	const char *reference = drawing->listing->reference;
	struct history_point point = {.run = run,
		.ratio = row->ratio.value,
		.low = row->ratio.low,
		.high = row->ratio.high};

	point.line = find_line(drawing, row, point.cell);
	point.cells = drawing->lines;
	if (!point.line || point.line > PLOTS_LINES_MAX)
		return 0;
	/* 2026-01-31T12:00 */
	(void)snprintf(
		point.started, sizeof(point.started), "%.16s", row->started_at);
	plots_remove_quoting(point.started, sizeof(point.started));
	(void)snprintf(
		point.metric, sizeof(point.metric), "%s", row->head.metric);
	(void)snprintf(
		point.reference, sizeof(point.reference), "%s", reference);
	plots_remove_quoting(point.reference, sizeof(point.reference));
	return csv_text_add_row(text, &point_schema, &point) ? -1 : 1;
}

/* Adds the points; returns how many, or -1 when memory is short. */
static long add_points(struct csv_text *text, struct drawing *drawing)
{
	const struct history_row *before = NULL;
	uint64_t run = 0;
	long count = 0;
	int added = 0;

	for (size_t i = 0; i < drawing->listing->groups && added >= 0; i++) {
		const struct history_row *row =
			listing_row(drawing->listing, i);

		if (!before ||
			!same_key(drawing->listing, KEY_RUN, before, row) ||
			strcmp(before->started_at, row->started_at) != 0)
			run++;
		before = row;
		added = add_point(text, drawing, row, run);
		count += added;
	}
	return added < 0 ? -1 : count;
}

/* Writes history.csv in directory. */
static int write_text(const char *directory, const struct csv_text *text,
	int made, struct fr_error *err)
{
	char *path = NULL;
	int rc;

	if (made || asprintf(&path, "%s/%s", directory, point_schema.file) < 0)
		return fr_error_memory(err);
	rc = plots_replace(path, text->bytes, text->length, err);
	free(path);
	return rc;
}

static int write_points(const struct listing *listing, const char *directory,
	struct fr_error *err)
{
	struct drawing drawing = {.listing = listing};
	struct csv_text text = {0};
	long count = -1;
	int rc = -1;

	find_telling(&drawing);
	if (!count_lines(&drawing) &&
		!csv_text_add_header(&text, &point_schema))
		count = add_points(&text, &drawing);
	if (count == 0)
		(void)fr_error_set(err, EXIT_INVALID,
			"only the reference has a ratio: there is nothing to "
			"draw");
	else
		rc = write_text(directory, &text, count < 0, err);
	csv_text_release(&text);
	free(drawing.cells);
	return rc;
}

/* Draws by way of history.csv in directory. */
static int draw_in(const char *directory, const struct history *history,
	const char *file, int stop_fd, struct fr_error *err)
{
	char *points = NULL;
	int rc;

	if (asprintf(&points, "%s/%s", directory, point_schema.file) < 0)
		return fr_error_memory(err);
	rc = write_points(history->listing, directory, err);
	if (!rc)
		rc = plots_history_run(directory, file, stop_fd, err);
	(void)unlink(points);
	free(points);
	return rc;
}

int plots_history_draw(const struct history *history, const char *file,
	int stop_fd, struct fr_error *err)
{
	char *directory = NULL;
	int rc;

	if (asprintf(&directory, "%s.XXXXXX", file) < 0)
		return fr_error_memory(err);
	if (!mkdtemp(directory)) {
		rc = plots_file_error(err, file, errno);
	} else {
		rc = draw_in(directory, history, file, stop_fd, err);
		(void)rmdir(directory);
	}
	free(directory);
	return rc;
}
