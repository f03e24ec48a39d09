/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time against CPU time, for the largest group of cells that did the same work.
 * A cell is on the front if no other is at least as good in both and better in
 * one.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"

/* A line of cost.csv. */
struct cost_line {
	uint64_t number;
	char cell[ROWS_TEXT_MAX];
	double total_ms, total_low_ms, total_high_ms;
	double cpu_ms, cpu_low_ms, cpu_high_ms;
	uint64_t front, groups, blocks, cells;
	char work[ROWS_TEXT_MAX];
	uint64_t end;
};

#define ROW struct cost_line
static const struct column columns[] = {
	COLUMN(number, "", "The cell's place in the table, from 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(total_ms, "ms", "Median total time."),
	COLUMN(total_low_ms, "ms", "Low end of its 95 % interval."),
	COLUMN(total_high_ms, "ms", "High end of its 95 % interval."),
	COLUMN(cpu_ms, "ms", "Median CPU time."),
	COLUMN(cpu_low_ms, "ms", "Low end of its 95 % interval."),
	COLUMN(cpu_high_ms, "ms", "High end of its 95 % interval."),
	COLUMN(front, "", "1: no other cell needs less of both; else 0."),
	COLUMN(groups, "", "Groups of cells that did the same work."),
	COLUMN(blocks, "blocks", "Trials of a cell, at most."),
	COLUMN(cells, "", "Cells of the group that could be drawn."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(end, "", "0: a last field must not be empty."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "cost.csv");
#undef ROW

static bool is_drawn(const struct summary_row *row, uint64_t group)
{
	return row->rank != FR_UNKNOWN && row->group == group &&
		row->cpu.value > 0 && row->total.value > 0;
}

static uint64_t count_group(const struct summary *summary, uint64_t group)
{
	uint64_t count = 0;

	for (size_t i = 0; i < summary->count; i++)
		count += is_drawn(&summary->rows[i], group);
	return count;
}

static bool is_front(
	const struct summary *summary, const struct summary_row *row)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *other = &summary->rows[i];

		if (is_drawn(other, row->group) &&
			other->cpu.value <= row->cpu.value &&
			other->total.value <= row->total.value &&
			(other->cpu.value < row->cpu.value ||
				other->total.value < row->total.value))
			return false;
	}
	return true;
}

static int add_cell(struct csv_text *text, const struct summary *summary,
	const struct summary_row *row, uint64_t number)
{
	struct cost_line line;

	row_init(&line_schema, &line);
	line.number = number;
	plots_format_cell(line.cell, summary, row);
	line.total_ms = row->total.value / 1e6;
	line.total_low_ms = row->total.low / 1e6;
	line.total_high_ms = row->total.high / 1e6;
	line.cpu_ms = row->cpu.value / 1e6;
	line.cpu_low_ms = row->cpu.low / 1e6;
	line.cpu_high_ms = row->cpu.high / 1e6;
	line.front = is_front(summary, row);
	line.groups = summary->rows[summary->count - 1].group;
	line.blocks = summary->blocks;
	line.cells = count_group(summary, row->group);
	plots_format_group(line.work, summary, row);
	line.end = 0;
	return csv_text_add_row(text, &line_schema, &line);
}

int plots_cost_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err)
{
	const struct summary *summary = run->summary;
	uint64_t largest = 0, number = 0;
	struct csv_text text = {0};
	int made;

	for (size_t i = 0; i < summary->count; i++)
		if (count_group(summary, summary->rows[i].group) >
			count_group(summary, largest))
			largest = summary->rows[i].group;
	if (count_group(summary, largest) < 2)
		return 0;
	made = csv_text_add_header(&text, &line_schema);
	for (size_t i = 0; i < summary->count && !made; i++)
		if (is_drawn(&summary->rows[i], largest) &&
			number < PLOTS_COSTS_MAX)
			made = add_cell(
				&text, summary, &summary->rows[i], ++number);
	return plots_keep(files, &line_schema, &text, made, err);
}
