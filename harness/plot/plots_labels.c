/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What cells are called in pictures: their strategy, and every setting in
 * which they differ from another; what all have in common is said once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/plot/plots_rows.h"

/* What gnuplot does not take, and what looks like it: UTF-8. */
static const struct {
	char character;
	const char *instead;
} swaps[] = {
	{',', "\342\200\232"},  /* U+201A */
	{'"', "\357\274\202"},  /* U+FF02 */
	{'\\', "\357\274\274"}, /* U+FF3C */
};
#define SWAPS (sizeof(swaps) / sizeof(swaps[0]))

void plots_remove_quoting(char *text, size_t size)
{
	char plain[ROWS_TEXT_MAX] = "";
	size_t used = 0, length;

	for (const char *from = text; *from; from++, used += length) {
		const char *put = from;

		length = 1;
		for (size_t i = 0; i < SWAPS; i++) {
			if (*from != swaps[i].character)
				continue;
			put = swaps[i].instead;
			length = strlen(put);
		}
		if (used + length >= size)
			break;
		memcpy(plain + used, put, length);
	}
	plain[used] = '\0';
	memcpy(text, plain, used + 1);
}

size_t plots_quoting(char *character, const char *s)
{
	for (size_t i = 0; i < SWAPS; i++) {
		size_t length = strlen(swaps[i].instead);

		if (!strncmp(s, swaps[i].instead, length)) {
			*character = swaps[i].character;
			return length;
		}
	}
	return 0;
}

/* What a setting's label is; of `protocol`, which is none, where it is NULL. */
static void put(char text[ROWS_TEXT_MAX], const struct summary_row *row,
	const struct setting *setting)
{
	_Static_assert(SETTING_TEXT_MAX <= ROWS_TEXT_MAX, "a label fits");
	if (setting)
		setting_label(text, setting, &row->workload);
	else
		(void)snprintf(text, ROWS_TEXT_MAX, "%s", row->protocol);
}

/* Whether the drawn cells have different values of a setting. */
static bool differs(const struct summary *summary,
	const struct summary_row *row, const struct setting *setting)
{
	/* These a strategy may have by its nature, as http2 has h2. */
	bool same_strategy = !setting || !setting->same_work;
	char its[ROWS_TEXT_MAX], text[ROWS_TEXT_MAX];

	put(its, row, setting);
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *other = &summary->rows[i];

		if (other->rank == FR_UNKNOWN ||
			(same_strategy &&
				(other->concurrency != row->concurrency ||
					strcmp(other->strategy,
						row->strategy) != 0)))
			continue;
		put(text, other, setting);
		if (strcmp(text, its) != 0)
			return true;
	}
	return false;
}

static void append(char label[ROWS_TEXT_MAX], const struct summary_row *row,
	const struct setting *setting)
{
	size_t used = strlen(label);
	char text[ROWS_TEXT_MAX];

	put(text, row, setting);
	if (text[0])
		(void)snprintf(label + used, ROWS_TEXT_MAX - used, "%s%s",
			used ? "; " : "", text);
}

/* Appends a setting as an option that a shell takes: " --latency 50ms". */
static void append_option(char label[ROWS_TEXT_MAX],
	const struct summary_row *row, const struct setting *setting)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789@%+=:,./_-";
	size_t used = strlen(label);
	char value[SETTING_TEXT_MAX];
	const char *quote;

	if (setting_is_usual(setting, &row->workload))
		return;
	setting_write(value, setting, &row->workload);
	quote = value[strspn(value, plain)] ? "'" : "";
	(void)snprintf(label + used, ROWS_TEXT_MAX - used, "%s--%s %s%s%s",
		used ? " " : "", setting->name, quote, value, quote);
}

/* Appends the settings that distinguish the row's cell, but for one. */
static void append_telling(char label[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row,
	const struct setting *but)
{
	for (const struct setting *s = workload_settings; s->name; s++)
		if (!(but && but == s) && differs(summary, row, s))
			append(label, row, s);
	if (differs(summary, row, NULL))
		append(label, row, NULL);
	plots_remove_quoting(label, ROWS_TEXT_MAX);
}

void plots_format_label(
	char label[ROWS_TEXT_MAX], const struct summary_row *row)
{
	_Static_assert(SUMMARY_LABEL_MAX <= ROWS_TEXT_MAX, "a label fits");
	summary_label(label, row);
	plots_remove_quoting(label, ROWS_TEXT_MAX);
}

void plots_format_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row)
{
	(void)snprintf(cell, ROWS_TEXT_MAX, "%s@%" PRIu64, row->strategy,
		row->concurrency);
	append_telling(cell, summary, row, NULL);
}

void plots_format_curve(char curve[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row,
	const struct setting *swept)
{
	(void)snprintf(curve, ROWS_TEXT_MAX, "%s", row->strategy);
	if (swept)
		(void)snprintf(curve, ROWS_TEXT_MAX, "%s@%" PRIu64,
			row->strategy, row->concurrency);
	append_telling(curve, summary, row, swept);
}

/* Whether the drawn cells of the row's group have different values of it. */
static bool differs_in_group(const struct summary *summary,
	const struct summary_row *row, const struct setting *setting)
{
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *other = &summary->rows[i];

		if (other->rank != FR_UNKNOWN && other->group == row->group &&
			setting_compare(
				setting, &row->workload, &other->workload))
			return true;
	}
	return false;
}

void plots_format_group(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row)
{
	work[0] = '\0';
	for (const struct setting *s = workload_settings; s->name; s++)
		if (!s->quiet && !differs_in_group(summary, row, s))
			append_option(work, row, s);
	plots_remove_quoting(work, ROWS_TEXT_MAX);
}

void plots_format_work(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row)
{
	work[0] = '\0';
	for (const struct setting *s = workload_settings; s->name; s++)
		if (!s->quiet && !differs(summary, row, s))
			append_option(work, row, s);
	plots_remove_quoting(work, ROWS_TEXT_MAX);
}

void plots_format_others(char others[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row,
	const struct setting *x, const struct setting *y)
{
	others[0] = '\0';
	for (const struct setting *s = workload_settings; s->name; s++)
		if (s != x && s != y && (!s->quiet || differs(summary, row, s)))
			append_option(others, row, s);
	plots_remove_quoting(others, ROWS_TEXT_MAX);
}

void plots_format_axis(char axis[ROWS_TEXT_MAX], const struct setting *setting,
	const char *unit)
{
	if (setting->form == FORM_BYTES)
		unit = "bytes";
	(void)snprintf(axis, ROWS_TEXT_MAX, "%s%s%s", setting->name,
		unit[0] ? ", " : "", unit);
	plots_remove_quoting(axis, ROWS_TEXT_MAX);
}

uint64_t plots_cells(const struct summary *summary)
{
	uint64_t cells = 0;

	for (size_t i = 0; i < summary->count; i++)
		cells += summary->rows[i].rank != FR_UNKNOWN;
	return cells;
}
