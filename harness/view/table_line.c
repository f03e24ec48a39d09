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

static bool others_differ(const struct summary *summary,
	const struct setting *setting, const struct summary_row *row)
{
	for (size_t i = 0; i < summary->count; i++)
		if (setting_compare(setting, &summary->rows[i].workload,
			    &row->workload))
			return true;
	return false;
}

void table_write_work(
	FILE *out, const struct summary *summary, const struct summary_row *row)
{
	const char *comma = "";

	for (const struct setting *s = workload_settings; s->name; s++) {
		char text[SETTING_TEXT_MAX];

		setting_label(text, s, &row->workload);
		if (!text[0] || !s->same_work ||
			(s->quiet && !others_differ(summary, s, row)))
			continue;
		fprintf(out, "%s%s", comma, text);
		comma = ", ";
	}
}
