/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranked table. Every figure comes ready from the summary: what happens
 * here is rounding, aligning and saying in words what a column means. A figure
 * has about four digits: more would be noise, and a row has 100 columns.
 */
#include "harness/view/table.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/view/format.h"
#include "harness/view/table_line.h"

enum {
	LABEL_MIN = 23, /* columns for a cell's name */
	FORMAT_DIFFERENCE_MAX = 48,
};

/* What distinguishes this group from another, and the meaning of columns. */
static void write_heading(const struct table *table)
{
	bool by_total = table->summary->clock == CLOCK_TOTAL;
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
	fprintf(table->out, "    %-*s  %-20s  %7s %6s %7s %6s %6s\n",
		table->label_width, "strategy@",
		by_total ? "total ms: median" : "elapsed ms: median",
		by_total ? "elapsed" : "total", "ideal", "effi-", "speed-",
		"CPU");
	fprintf(table->out, " #  %-*s  %-20s  %7s %6s %7s %6s %6s  %s\n",
		table->label_width, "most in flight", "[95 % interval]", "ms",
		"ms", "ciency", "up", "ms", "trials");
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
	bool bold = table->bold && row->rank == 1;
	struct table_line line;

	table_line(&line, table->summary, row);
	fprintf(table->out, "%s%2s  %-*s  %-20s  %7s %6s %7s %6s %6s  %s%s\n",
		bold ? "\033[1m" : "", line.rank, table->label_width,
		line.label, line.time, line.beside, line.ideal, line.efficiency,
		line.speed_up, line.cpu, line.valid, bold ? "\033[0m" : "");
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

static void write_text(FILE *out, const struct summary *summary)
{
	const char *no_color = getenv("NO_COLOR");
	struct table table = {.out = out,
		.summary = summary,
		.label_width = LABEL_MIN,
		.bold = isatty(fileno(out)) && !(no_color && no_color[0])};
	char label[SUMMARY_LABEL_MAX];

	for (size_t i = 0; i < summary->count; i++) {
		summary_label(label, &summary->rows[i]);
		if ((int)strlen(label) > table.label_width)
			table.label_width = (int)strlen(label);
	}
	for (size_t first = 0; first < summary->count;
		first += table.group_size) {
		take_group(&table, first);
		write_heading(&table);
		for (size_t i = 0; i < table.group_size; i++)
			write_row(&table, &table.group[i]);
		table_write_finding(&table);
	}
	table_write_notes(out, summary);
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
