/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the text of a ranked table and its Markdown share: figures and work. */
#include "harness/view/table_line.h"

#include <inttypes.h>
#include <math.h>

void table_line(struct table_line *line, const struct summary *summary,
	const struct summary_row *row)
{
	const struct estimate *other =
		summary->clock == CLOCK_TOTAL ? &row->elapsed : &row->total;
	bool floor = summary_is_floor(row);

	summary_label(line->label, row);
	(void)snprintf(line->rank, sizeof(line->rank), "-");
	if (row->rank != FR_UNKNOWN)
		(void)snprintf(
			line->rank, sizeof(line->rank), "%" PRIu64, row->rank);
	format_estimate(line->time, summary_clock_of(summary, row));
	format_ms(line->beside, other->value, other->value);
	format_ms(
		line->ideal, floor ? NAN : row->ideal.value, row->ideal.value);
	format_percent(line->efficiency, floor ? NAN : row->efficiency.value);
	format_ratio(line->speed_up, row->speed_up.value, "x");
	format_ms(line->cpu, row->cpu.value, 10 * row->cpu.value);
	(void)snprintf(line->valid, sizeof(line->valid),
		"%" PRIu64 "/%" PRIu64 " %s", table_trials(row), row->trials,
		row->verdicts[VERDICT_UNWITNESSED] ? "unwitnessed" : "valid");
	table_failures(line->failures, row);
}

/* The time limit is news only where another group has another one. */
static bool limits_differ(const struct summary *summary)
{
	for (size_t i = 1; i < summary->count; i++)
		if (summary->rows[i].timeout_ns != summary->rows[0].timeout_ns)
			return true;
	return false;
}

/* What else the server was asked for, and the client's patience with it. */
static void write_server(
	FILE *out, const struct summary *summary, const struct summary_row *row)
{
	if (row->fault[0])
		fprintf(out, ", faults %s", row->fault);
	if (row->capacity != FR_UNKNOWN)
		fprintf(out, ", %" PRIu64 " served at once", row->capacity);
	if (row->bandwidth[0])
		fprintf(out, ", bandwidth %s", row->bandwidth);
	if (row->arrivals[0])
		fprintf(out, ", arrivals %s", row->arrivals);
	if (row->timeout_ns != FR_UNKNOWN && limits_differ(summary))
		fprintf(out, ", given up after %g s",
			(double)row->timeout_ns / 1e9);
}

void table_write_work(
	FILE *out, const struct summary *summary, const struct summary_row *row)
{
	fprintf(out, "%" PRIu64 " requests", row->requests);
	if (row->latency[0])
		fprintf(out, ", latency %s", row->latency);
	if (row->payload_bytes != FR_UNKNOWN)
		fprintf(out, ", %" PRIu64 " bytes each", row->payload_bytes);
	write_server(out, summary, row);
}
