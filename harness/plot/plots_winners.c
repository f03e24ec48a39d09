/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which cell is fastest at which values of two settings. A field of the map is
 * a group of the summary: cells that did the same work.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/view/table.h"

enum { LEVELS_MIN = 2 };

/* A line of winners.csv: a field of the map. */
struct field_line {
	uint64_t x, y;
	char x_level[ROWS_TEXT_MAX], y_level[ROWS_TEXT_MAX];
	uint64_t colour;
	char fastest[ROWS_TEXT_MAX], second[ROWS_TEXT_MAX];
	double behind_percent;
	uint64_t tied;
	char x_axis[ROWS_TEXT_MAX], y_axis[ROWS_TEXT_MAX];
	char work[ROWS_TEXT_MAX];
	uint64_t fields, maps, blocks;
};

#define ROW struct field_line
static const struct column columns[] = {
	COLUMN(x, "", "Column of the map, from 1: the least value."),
	COLUMN(y, "", "Row of the map, from 1: the least value."),
	COLUMN(x_level, "", "The value of the column's setting."),
	COLUMN(y_level, "", "The value of the row's setting."),
	COLUMN(colour, "", "One for each cell that is fastest somewhere."),
	COLUMN(fastest, "", "The cell with the least total time here."),
	COLUMN(second, "", "The next one; empty: there is none."),
	COLUMN(behind_percent, "%", "How much longer the second took."),
	COLUMN(tied, "", "1 if the two cannot be told apart, else 0."),
	COLUMN(x_axis, "", "The column's setting and its unit."),
	COLUMN(y_axis, "", "The row's setting and its unit."),
	COLUMN(work, "", "What all cells did besides."),
	COLUMN(fields, "", "Fields that could be drawn."),
	COLUMN(maps, "", "Maps of these two settings; this is the first."),
	COLUMN(blocks, "blocks", "Trials of a cell, at most."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "winners.csv");
#undef ROW

/* The values of a setting in a map, ascending. */
struct levels {
	const struct setting *setting;
	const char *unit;
	size_t count;
	double *values; /* room for one of each row of the summary */
};

struct map {
	const struct summary *summary;
	const struct summary_row *base; /* the fastest cell of a field */
	struct levels x, y;
	uint64_t fields, maps;
	size_t colours;
	const struct summary_row **colour; /* a row of each cell that has one */
};

static bool level_of(const struct levels *levels, const struct summary_row *row,
	double *level)
{
	return setting_level(levels->setting, &row->workload, level) != NULL;
}

/* Whether the row is the fastest of a field of the map with that base. */
static bool is_field(const struct map *map, const struct summary_row *base,
	const struct summary_row *row)
{
	double level;

	if (row->rank != 1 || !level_of(&map->x, row, &level) ||
		!level_of(&map->y, row, &level))
		return false;
	for (const struct setting *s = workload_settings; s->name; s++)
		if (s->same_work && s != map->x.setting &&
			s != map->y.setting &&
			setting_compare(s, &row->workload, &base->workload))
			return false;
	return true;
}

static void take_levels(const struct map *map, struct levels *levels)
{
	const struct summary *summary = map->summary;
	size_t found = 0;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (is_field(map, map->base, row))
			(void)level_of(levels, row, &levels->values[found++]);
	}
	levels->count = stats_unique(levels->values, found);
	levels->unit = setting_level(
		levels->setting, &map->base->workload, &(double){0});
}

/* Whether the map with that base is one: both settings have several values. */
static bool is_map(struct map *map, const struct summary_row *base)
{
	if (!is_field(map, base, base))
		return false;
	map->base = base;
	take_levels(map, &map->x);
	take_levels(map, &map->y);
	return map->x.count >= LEVELS_MIN && map->y.count >= LEVELS_MIN;
}

static bool is_first_of_map(
	const struct map *map, const struct summary_row *base)
{
	for (const struct summary_row *row = map->summary->rows; row < base;
		row++)
		if (is_field(map, base, row))
			return false;
	return true;
}

/* Finds the first map of two settings, and counts them. */
static bool find_map(
	struct map *map, const struct setting *x, const struct setting *y)
{
	const struct summary *summary = map->summary;
	const struct summary_row *first = NULL;

	map->x.setting = x;
	map->y.setting = y;
	map->maps = 0;
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (!is_map(map, row) || !is_first_of_map(map, row))
			continue;
		first = first ? first : row;
		map->maps++;
	}
	return first && is_map(map, first);
}

/* Whether groups differ in the setting, which is a part of their work. */
static bool is_swept(
	const struct summary *summary, const struct setting *setting)
{
	if (!setting->same_work)
		return false;
	for (size_t i = 1; i < summary->count; i++)
		if (setting_compare(setting, &summary->rows[0].workload,
			    &summary->rows[i].workload))
			return true;
	return false;
}

/*
 * Finds a map of any two settings: of latency and work if there is one, or else
 * of the first two.
 */
static bool find_any_map(struct map *map)
{
	bool found = false;

	for (int pass = 0; pass < 2 && !found; pass++)
		for (const struct setting *x = workload_settings;
			x->name && !found; x++)
			for (const struct setting *y = x + 1; y->name && !found;
				y++)
				found = (pass ||
						(!strcmp(x->name, "latency") &&
							!strcmp(y->name,
								"work"))) &&
					is_swept(map->summary, x) &&
					is_swept(map->summary, y) &&
					find_map(map, x, y);
	return found;
}

/* Where the level is among the first ones, from 1; 0: it is not. */
static uint64_t place_of(
	const struct levels *levels, const struct summary_row *row)
{
	size_t place = 0;
	double level;

	(void)level_of(levels, row, &level);
	while (levels->values[place] < level)
		place++;
	return place < PLOTS_LEVELS_MAX ? place + 1 : 0;
}

/* The number of the cell among those that are fastest somewhere, from 1. */
static uint64_t colour_of(struct map *map, const struct summary_row *row)
{
	size_t i = 0;

	while (i < map->colours &&
		(map->colour[i]->concurrency != row->concurrency ||
			strcmp(map->colour[i]->strategy, row->strategy) != 0))
		i++;
	if (i == map->colours)
		map->colour[map->colours++] = row;
	return i + 1;
}

static void format_level(char text[ROWS_TEXT_MAX], const struct levels *levels,
	const struct summary_row *row)
{
	char figure[FORMAT_MAX];
	double level;

	(void)level_of(levels, row, &level);
	/* The unit is the axis's. */
	level_format(figure, levels->setting, "", level);
	(void)snprintf(text, ROWS_TEXT_MAX, "%s", figure);
}

/* Adds the field whose fastest cell is the row. */
static int add_field(
	struct csv_text *text, struct map *map, const struct summary_row *row)
{
	const struct summary *summary = map->summary;
	const struct summary_row *second = row + 1;
	struct field_line line;

	row_init(&line_schema, &line);
	line.x = place_of(&map->x, row);
	line.y = place_of(&map->y, row);
	if (!line.x || !line.y)
		return 0;
	format_level(line.x_level, &map->x, row);
	format_level(line.y_level, &map->y, row);
	plots_format_label(line.fastest, row);
	line.colour = colour_of(map, row);
	line.tied = 0;
	if (second < summary->rows + summary->count &&
		second->group == row->group && second->rank == 2) {
		plots_format_label(line.second, second);
		line.behind_percent = 100 * (second->behind.value - 1);
		/* Without an interval nothing tells them apart. */
		line.tied = !(second->behind.low > 1);
	}
	plots_format_axis(line.x_axis, map->x.setting, map->x.unit);
	plots_format_axis(line.y_axis, map->y.setting, map->y.unit);
	plots_format_others(
		line.work, summary, row, map->x.setting, map->y.setting);
	line.fields = map->fields;
	line.maps = map->maps;
	line.blocks = summary->blocks;
	return csv_text_add_row(text, &line_schema, &line);
}

static int make_map(
	struct map *map, struct plots_files *files, struct fr_error *err)
{
	const struct summary *summary = map->summary;
	struct csv_text text = {0};
	int rc = csv_text_add_header(&text, &line_schema);

	for (size_t i = 0; i < summary->count; i++)
		map->fields += is_field(map, map->base, &summary->rows[i]);
	for (size_t i = 0; i < summary->count && !rc; i++)
		if (is_field(map, map->base, &summary->rows[i]))
			rc = add_field(&text, map, &summary->rows[i]);
	return plots_keep(files, &line_schema, &text, rc, err);
}

int plots_winners_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err)
{
	const struct summary *summary = run->summary;
	struct map map = {
		.summary = summary,
		.x.values = calloc(summary->count + 1, sizeof(double)),
		.y.values = calloc(summary->count + 1, sizeof(double)),
		.colour = calloc(summary->count + 1, sizeof(*map.colour)),
	};
	int rc = 0;

	if (!map.x.values || !map.y.values || !map.colour) {
		rc = fr_error_memory(err);
	} else if (find_any_map(&map)) {
		rc = make_map(&map, files, err);
	}
	free(map.x.values);
	free(map.y.values);
	free(map.colour);
	return rc;
}
