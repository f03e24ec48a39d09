/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of a group of a ranked table, in sentences below the group. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/view/table.h"
#include "harness/view/table_line.h"

/* Whether the fastest of the group is not significantly faster than this. */
static bool is_close(const struct summary_row *row)
{
	/* Without an interval, low is NaN, and the comparison is false. */
	return row->rank != FR_UNKNOWN && row->rank > 1 && row->behind.low <= 1;
}

static void write_close_ones(const struct table *table)
{
	const char *lead = "Not distinguishable from the fastest: ";
	char label[SUMMARY_LABEL_MAX];

	for (size_t i = 1; i < table->group_size; i++) {
		if (!is_close(&table->group[i]))
			continue;
		summary_label(label, &table->group[i]);
		fprintf(table->out, "%s%s", lead, label);
		lead = ", ";
	}
	if (lead[0] == ',')
		fprintf(table->out, ".\n");
}

/* The parts of the elapsed time of the fastest cell's median trial. */
static void write_parts(const struct table *table)
{
	const struct summary_parts *parts = &table->group[0].parts;
	char elapsed[FORMAT_MAX], ideal[FORMAT_MAX], late[FORMAT_MAX];
	char dispatch[FORMAT_MAX], rest[FORMAT_MAX];

	if (isnan(parts->rest) || isnan(parts->dispatch))
		return;
	format_ms(elapsed, parts->elapsed, parts->elapsed);
	format_ms(ideal, parts->ideal, parts->elapsed);
	format_ms(late, parts->server_late, parts->elapsed);
	format_ms(dispatch, parts->dispatch, parts->elapsed);
	format_ms(rest, parts->rest, parts->elapsed);
	fprintf(table->out,
		"Its median trial, in ms: elapsed %s = ideal %s + server late "
		"%s + dispatch %s + rest %s.\n",
		elapsed, ideal, late, dispatch, rest);
	fprintf(table->out,
		"(server late: time beyond its delays; dispatch: time in which "
		"items could have started; rest: all else)\n");
}

/* Notes that no connection was reused: as many in flight as requests. */
static void write_reuse(const struct table *table)
{
	const struct summary_row *best = &table->group[0];

	if (strcmp(best->workload.connections, "reuse") != 0 ||
		best->workload.requests < 2 ||
		best->concurrency < best->workload.requests)
		return;
	fprintf(table->out,
		"With %" PRIu64 " requests and %" PRIu64 " in "
		"flight, each connection serves one, so "
		"the gain of reuse does not show.\n",
		best->workload.requests, best->concurrency);
}

/* Names the cells that failed too much to be ranked. */
static void write_failing_ones(const struct table *table)
{
	const char *lead = "Not ranked, though measured: ", *than = NULL;
	char label[SUMMARY_LABEL_MAX];

	for (size_t i = 0; i < table->group_size; i++) {
		const struct summary_row *row = &table->group[i];

		if (!row->fails_more_than[0])
			continue;
		summary_label(label, row);
		fprintf(table->out, "%s%s", lead, label);
		lead = ", ";
		than = row->fails_more_than;
	}
	if (than)
		fprintf(table->out,
			".\nSignificantly more of their requests failed than "
			"of %s\n(Fisher's exact test at 1 %%).\n",
			than);
}

/* Why no cell of the group is ranked. */
static void write_no_finding(const struct table *table)
{
	const struct summary_row *last = &table->group[table->group_size - 1];
	bool floor = summary_is_floor(last) && table_trials(last);

	if (summary_all_failed(&table->group[0]))
		fprintf(table->out,
			"No request succeeded, so no strategy is ranked.\n");
	else
		fprintf(table->out, "No strategy %s%s%shas a valid trial.\n",
			floor ? "but " : "", floor ? SUMMARY_FLOOR : "",
			floor ? " " : "");
}

void table_write_finding(const struct table *table)
{
	const struct summary_row *best = &table->group[0];
	char label[SUMMARY_LABEL_MAX], low[FORMAT_MAX], high[FORMAT_MAX];
	char times[FORMAT_MAX];

	fprintf(table->out, "\n");
	if (best->rank != 1) {
		write_no_finding(table);
		return;
	}
	summary_label(label, best);
	fprintf(table->out, "%s%s%s was fastest",
		screen_begin(table->out, PAINT_BEST), label,
		screen_end(table->out, PAINT_BEST));
	if (!isnan(best->speed_up.value) && best->speed_up.value != 1) {
		format_ratio(times, best->speed_up.value, "");
		fprintf(table->out, ", %s times as fast as %s", times,
			table->summary->reference);
		format_ratio(low, best->speed_up.low, "");
		format_ratio(high, best->speed_up.high, "");
		if (!isnan(best->speed_up.low))
			fprintf(table->out, " [%s, %s]", low, high);
	}
	fprintf(table->out, ".\n");
	write_parts(table);
	write_close_ones(table);
	write_reuse(table);
	write_failing_ones(table);
}

void finding_write(FILE *out, const struct summary *summary,
	const struct summary_row *first)
{
	const struct summary_row *end = summary->rows + summary->count;
	struct table table = {.out = out, .summary = summary, .group = first};

	for (const struct summary_row *row = first;
		row < end && row->group == first->group; row++)
		table.group_size++;
	table_write_finding(&table);
}
