/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the text of a ranked table and its Markdown share: figures and work. */
#include "harness/view/table_line.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/account/cause.h"

enum { CAUSES_SHOWN = 4 };

/* Appends ": 12 × reset, 3 × no local port" to text of that size. */
static void append_causes(
	char *text, size_t size, const struct summary_row *row)
{
	struct causes causes = {.count = 0};
	const char *lead = ": ";
	uint64_t others = 0;
	size_t used = strlen(text);

	causes_read(&causes, row->failures);
	for (size_t i = 0; i < causes.count; i++) {
		if (i >= CAUSES_SHOWN) {
			others += causes.list[i].times;
			continue;
		}
		(void)snprintf(text + used, size - used, "%s%" PRIu64 " × %s",
			lead, causes.list[i].times,
			cause_words(causes.list[i].cause));
		used = strlen(text);
		lead = ", ";
	}
	if (others)
		(void)snprintf(text + used, size - used, ", %" PRIu64 " others",
			others);
}

/* How many of the row's requests failed, and why, in words. */
static void format_failures(
	char failures[TABLE_FAILURES_MAX], const struct summary_row *row)
{
	uint64_t all = row->requests_ok + row->requests_failed;
	char share[FORMAT_MAX];

	failures[0] = '\0';
	if (row->requests_ok == FR_UNKNOWN || !row->requests_failed)
		return;
	format_percent(share, (double)row->requests_failed / (double)all);
	if (summary_all_failed(row))
		(void)snprintf(failures, TABLE_FAILURES_MAX,
			"all %" PRIu64 " requests failed, not ranked", all);
	else
		(void)snprintf(failures, TABLE_FAILURES_MAX,
			"%" PRIu64 " of %" PRIu64 " requests failed (%s)%s",
			row->requests_failed, all, share,
			row->fails_more_than[0] ? ", not ranked" : "");
	append_causes(failures, TABLE_FAILURES_MAX, row);
}

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
	format_failures(line->failures, row);
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
