/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranked table. Every figure comes ready from the summary: what happens
 * here is rounding, aligning and saying in words what a column means. A figure
 * has about four digits: more would be noise.
 */
#include "harness/view/table.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "harness/view/format.h"
#include "harness/view/table_line.h"

enum {
	FORMAT_DIFFERENCE_MAX = 48,
};

/* The columns, in their order. */
enum {
	COLUMN_RANK,
	COLUMN_LABEL,
	COLUMN_TIME,
	COLUMN_BESIDE,
	COLUMN_IDEAL,
	COLUMN_EFFICIENCY,
	COLUMN_SPEED_UP,
	COLUMN_CPU,
	COLUMN_TRIALS,
	COLUMNS,
};

static const struct text_column columns_by_total[COLUMNS] = {
	[COLUMN_RANK] = {.head = {"", "#"}, .least = 2},
	[COLUMN_LABEL] = {.head = {"strategy@", "most in flight"},
		.least = 23,
		.gap = 2,
		.is_left = true},
	[COLUMN_TIME] = {.head = {"total ms: median", "[95 % interval]"},
		.least = 20,
		.gap = 2,
		.is_left = true},
	[COLUMN_BESIDE] = {.head = {"elapsed", "ms"},
		.least = 7,
		.gap = 2,
		.leaves = 4},
	[COLUMN_IDEAL] = {.head = {"ideal", "ms"},
		.least = 6,
		.gap = 1,
		.leaves = 1},
	[COLUMN_EFFICIENCY] = {.head = {"effi-", "ciency"},
		.name = "efficiency",
		.least = 7,
		.gap = 1,
		.leaves = 2},
	[COLUMN_SPEED_UP] = {.head = {"speed-", "up"},
		.name = "speed-up",
		.least = 6,
		.gap = 1,
		.leaves = 6},
	[COLUMN_CPU] = {.head = {"CPU", "ms"},
		.least = 6,
		.gap = 1,
		.leaves = 3},
	[COLUMN_TRIALS] = {.head = {"", "trials"},
		.name = "trials",
		.gap = 2,
		.is_left = true,
		.leaves = 5},
};

/* What distinguishes this group from another, and the meaning of columns. */
static void write_heading(const struct table *table)
{
	const char *protocol = table->usual[WAY_PROTOCOL];
	const char *connections = table->usual[WAY_CONNECTIONS];

	fprintf(table->out, "\n");
	table_write_work(table->out, table->summary, table->group);
	if (protocol[0])
		fprintf(table->out, ", %s", protocol);
	if (connections[0])
		fprintf(table->out, ", connections %s",
			!strcmp(connections, "reuse") ? "reused" : connections);
	fprintf(table->out, "; %" PRIu64 " trial%s of each\n\n",
		table->summary->blocks, table->summary->blocks == 1 ? "" : "s");
	text_table_write_head(&table->text, table->out);
}

/* "  2 invalid, 1 timeout: what the first one's reason was" */
static void write_reason(
	const struct table *table, const struct summary_row *row)
{
	const char *comma = "";

	fprintf(table->out, "      ");
	for (int v = VERDICT_INVALID; v < VERDICT_COUNT; v++) {
		if (!row->verdicts[v] ||
			trial_verdict_counts((enum trial_verdict)v))
			continue;
		fprintf(table->out, "%s%" PRIu64 " %s", comma, row->verdicts[v],
			trial_verdict_name((enum trial_verdict)v));
		comma = ", ";
	}
	fprintf(table->out, ": %s\n",
		row->reason[0] ? row->reason : "no reason was recorded");
}

/*
 * How the row differs from the others in a way, in words; "": not at all.
 * Reused connections are shown if there were fewer than could be in use.
 */
static void format_difference(char text[FORMAT_DIFFERENCE_MAX],
	const struct table *table, const struct summary_row *row,
	enum summary_way way)
{
	const char *its = summary_way(row, way);
	double opened = row->connections_opened.value;
	uint64_t useful = summary_connections(row);

	text[0] = '\0';
	if (strcmp(its, table->usual[way]) != 0)
		(void)snprintf(text, FORMAT_DIFFERENCE_MAX, "%s",
			its[0] ? its : "its own");
	if (way != WAY_CONNECTIONS || isnan(opened))
		return;
	if (!its[0])
		(void)snprintf(text, FORMAT_DIFFERENCE_MAX,
			"its own: %.0f opened", opened);
	/* Failed requests may have opened no connection. */
	else if (opened < (double)useful && !summary_failing(row).failed)
		(void)snprintf(text, FORMAT_DIFFERENCE_MAX, "%.0f of %" PRIu64,
			opened, useful);
}

/* "differs in: protocol (h2), connections (1 of 20)" */
static void write_differences(
	const struct table *table, const struct summary_row *row)
{
	static const char *const names[WAY_COUNT] = {
		[WAY_PROTOCOL] = "protocol",
		[WAY_CONNECTIONS] = "connections",
		[WAY_SAMPLES] = "samples",
	};
	const char *lead = "      differs in: ";

	for (int w = 0; w < WAY_COUNT; w++) {
		char text[FORMAT_DIFFERENCE_MAX];

		format_difference(text, table, row, (enum summary_way)w);
		if (!text[0])
			continue;
		fprintf(table->out, "%s%s (%s)", lead, names[w], text);
		lead = ", ";
	}
	if (lead[0] == ',')
		fprintf(table->out, "\n");
}

/*
 * For an open loop, whose elapsed time is mostly that of its schedule: how long
 * items waited, and whether the rate was held.
 */
static void write_open_loop(
	const struct table *table, const struct summary_row *row)
{
	char p50[FORMAT_MAX], p99[FORMAT_MAX], queue[FORMAT_MAX];
	/* With fewer than 100 items, the p99 is the slowest item. */
	const char *rare = row->workload.requests < 100 ? "at most" : "p99";

	if (isnan(row->offered_rate.value))
		return;
	format_ms(p50, row->latency_p50.value, row->latency_p50.value);
	format_ms(p99, row->latency_p99.value, row->latency_p99.value);
	format_ms(queue, row->queue_p99.value, row->queue_p99.value);
	fprintf(table->out,
		"      latency from the schedule: "
		"p50 %s, %s %s ms; wait for a worker: %s %s ms\n",
		p50, rare, p99, rare, queue);
	if (row->not_held)
		fprintf(table->out,
			"      could not hold %.4g/s: started %.4g/s; items "
			"queued up in %" PRIu64 " of %" PRIu64 " trials\n",
			row->offered_rate.value, row->achieved_rate.value,
			row->not_held, table_trials(row));
}

/*
 * What the server saw of a program: the concurrency is the program's to keep,
 * and the time before its first request is that of its start, if the clock has
 * that.
 */
static void write_program(
	const struct table *table, const struct summary_row *row)
{
	double first_ns = row->first_start.value;
	char first[FORMAT_MAX];

	if (strcmp(row->samples, "witness") != 0 || isnan(first_ns))
		return;
	format_ms(first, first_ns, first_ns);
	fprintf(table->out,
		"      at most %.0f request%s in flight; the first came after "
		"%s ms\n",
		row->peak_in_flight.value,
		row->peak_in_flight.value == 1 ? "" : "s", first);
}

static void write_retries(
	const struct table *table, const struct summary_row *row)
{
	char wait[FORMAT_MAX];

	if (!(row->retries.value > 0))
		return;
	format_ms(wait, row->retry_wait.value / row->retries.value,
		row->retry_wait.value / row->retries.value);
	fprintf(table->out,
		"      items tried again: %.4g times a trial, after %s ms on "
		"average\n",
		row->retries.value, wait);
}

static void write_row(const struct table *table, const struct summary_row *row)
{
	struct table_line line;

	table_line(&line, table->summary, row);
	text_table_write_row(
		&table->text, table->out, (size_t)(row - table->summary->rows));
	if (table_trials(row) < row->trials)
		write_reason(table, row);
	if (line.failures[0])
		fprintf(table->out, "      %s\n", line.failures);
	write_open_loop(table, row);
	write_program(table, row);
	write_retries(table, row);
	table_write_silent_causes(table->out, row);
	if (!summary_is_floor(row))
		write_differences(table, row);
}

/* Makes the group that begins at row `first` the one in hand. */
static void take_group(struct table *table, size_t first)
{
	const struct summary *summary = table->summary;
	size_t end = first;

	while (end < summary->count &&
		summary->rows[end].group == summary->rows[first].group)
		end++;
	table->group = &summary->rows[first];
	table->group_size = end - first;
	for (int w = 0; w < WAY_COUNT; w++)
		table->usual[w] = summary_usual(
			table->group, table->group_size, (enum summary_way)w);
}

static void write_cell(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	const struct summary *summary = ctx;
	struct table_line line;
	const char *const cells[COLUMNS] = {
		[COLUMN_RANK] = line.rank,
		[COLUMN_LABEL] = line.label,
		[COLUMN_TIME] = line.time,
		[COLUMN_BESIDE] = line.beside,
		[COLUMN_IDEAL] = line.ideal,
		[COLUMN_EFFICIENCY] = line.efficiency,
		[COLUMN_SPEED_UP] = line.speed_up,
		[COLUMN_CPU] = line.cpu,
		[COLUMN_TRIALS] = line.valid,
	};

	table_line(&line, summary, &summary->rows[row]);
	(void)snprintf(text, TEXT_CELL_MAX, "%s", cells[column]);
}

/* The fastest of a group stands out, and trials that do not count. */
static enum screen_paint paint_cell(const void *ctx, size_t row, size_t column)
{
	const struct summary *summary = ctx;
	const struct summary_row *cell = &summary->rows[row];

	if (column == COLUMN_TRIALS && table_trials(cell) < cell->trials)
		return PAINT_BAD;
	return cell->rank == 1 ? PAINT_BEST : PAINT_PLAIN;
}

static void fit(struct text_table *text, const struct summary *summary)
{
	*text = (struct text_table){
		.count = COLUMNS,
		.rows = summary->count,
		.cell = write_cell,
		.paint = paint_cell,
		.ctx = summary,
	};
	memcpy(text->columns, columns_by_total, sizeof(columns_by_total));
	if (summary->clock != CLOCK_TOTAL) {
		(void)snprintf(text->columns[COLUMN_TIME].head[0],
			TEXT_HEAD_MAX, "%s", "elapsed ms: median");
		strcpy(text->columns[COLUMN_BESIDE].head[0], "total");
	}
}

static void write_text(FILE *out, const struct summary *summary)
{
	struct table table = {.out = out, .summary = summary};

	fit(&table.text, summary);
	(void)text_table_fit(&table.text, screen_width(out));
	for (size_t first = 0; first < summary->count;
		first += table.group_size) {
		take_group(&table, first);
		write_heading(&table);
		for (size_t i = 0; i < table.group_size; i++)
			write_row(&table, &table.group[i]);
		table_write_finding(&table);
	}
	table_write_notes(out, summary);
	text_table_write_rest(&table.text, out, "--format csv has all columns");
}

static void write_markdown_head(
	FILE *out, const struct summary *summary, const struct summary_row *row)
{
	bool by_total = summary->clock == CLOCK_TOTAL;

	fprintf(out, "%s", row->group > 1 ? "\n" : "");
	table_write_work(out, summary, row);
	fprintf(out,
		":\n\n| # | strategy@concurrency | %s ms [95 %% interval] "
		"| %s ms | ideal ms | efficiency | speed-up over ",
		by_total ? "total" : "elapsed", by_total ? "elapsed" : "total");
	sheet_markdown_text(out, summary->reference);
	fprintf(out,
		" | CPU ms | trials |\n"
		"| --: | --- | --- | --: | --: | --: | --: | --: | --- |\n");
}

static void write_markdown(FILE *out, const struct summary *summary)
{
	uint64_t group = 0;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct table_line line;

		if (row->group != group)
			write_markdown_head(out, summary, row);
		group = row->group;
		table_line(&line, summary, row);
		fprintf(out, "| %s | ", line.rank);
		sheet_markdown_text(out, line.label);
		fprintf(out, " | %s | %s | %s | %s | %s | %s | %s%s%s |\n",
			line.time + strspn(line.time, " "), line.beside,
			line.ideal, line.efficiency, line.speed_up, line.cpu,
			line.valid, line.failures[0] ? ", " : "",
			line.failures);
	}
}

int table_write(
	FILE *out, const struct summary *summary, enum table_format format)
{
	const struct sheet all = {.schema = &summary_schema,
		.rows = summary->rows,
		.count = summary->count};
	json_t *json = NULL;

	if (format == TABLE_TEXT)
		write_text(out, summary);
	else if (format == TABLE_MARKDOWN)
		write_markdown(out, summary);
	else if (format == TABLE_JSON)
		json = json_pack("{s:i, s:s, s:s, s:I, s:b, s:o}",
			"schema_version", ROWS_SCHEMA_VERSION, "clock",
			summary_clock_names[summary->clock], "reference",
			summary->reference, "blocks",
			(json_int_t)summary->blocks, "torn", (int)summary->torn,
			"cells", sheet_json(&all));
	return sheet_write(out, format, &all, json);
}
