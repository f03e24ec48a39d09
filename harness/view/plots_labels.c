/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What cells are called in pictures: their strategy, and every setting in
 * which they differ from another; what all have in common is said once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/view/plots_rows.h"

enum setting {
	SETTING_REQUESTS,
	SETTING_TIMEOUT,
	/* From here on also among what all have in common. */
	SETTING_LATENCY,
	SETTING_PAYLOAD,
	SETTING_FAULT,
	SETTING_CAPACITY,
	SETTING_BANDWIDTH,
	SETTING_ARRIVALS,
	/* These a strategy may have by its nature, as http2 has h2. */
	SETTING_PROTOCOL,
	SETTING_CONNECTIONS,
	SETTING_COUNT,
};

void plots_remove_quoting(char *text, size_t size)
{
	/* U+201A, which looks like one; plots/common.gp makes it one again. */
	static const char comma[] = "\342\200\232";
	char plain[ROWS_TEXT_MAX] = "";
	size_t used = 0, length;

	for (const char *from = text; *from; from++, used += length) {
		length = *from == ',' ? sizeof(comma) - 1 : 1;
		if (used + length >= size)
			break;
		if (*from == ',')
			memcpy(plain + used, comma, length);
		else
			plain[used] =
				*from == '"' || *from == '\\' ? ' ' : *from;
	}
	plain[used] = '\0';
	memcpy(text, plain, used + 1);
}

static void put_word(
	char text[ROWS_TEXT_MAX], const char *before, const char *word)
{
	(void)snprintf(
		text, ROWS_TEXT_MAX, "%s%s", word[0] ? before : "", word);
}

static void put_count(char text[ROWS_TEXT_MAX], const char *before,
	uint64_t count, const char *behind)
{
	if (count == FR_UNKNOWN)
		text[0] = '\0';
	else
		(void)snprintf(text, ROWS_TEXT_MAX, "%s%" PRIu64 "%s", before,
			count, behind);
}

/* The setting in words; "": it has none, or it is unknown. */
static void put(char text[ROWS_TEXT_MAX], const struct summary_row *row,
	enum setting setting)
{
	switch (setting) {
	case SETTING_REQUESTS:
		put_count(text, "", row->requests, " requests");
		return;
	case SETTING_TIMEOUT:
		(void)snprintf(text, ROWS_TEXT_MAX, "timeout %g s",
			(double)row->timeout_ns / 1e9);
		return;
	case SETTING_LATENCY:
		put_word(text, "latency ", row->latency);
		return;
	case SETTING_PAYLOAD:
		put_count(text, "", row->payload_bytes, " bytes");
		return;
	case SETTING_FAULT:
		put_word(text, "faults ", row->fault);
		return;
	case SETTING_CAPACITY:
		put_count(text, "capacity ", row->capacity, "");
		return;
	case SETTING_BANDWIDTH:
		put_word(text, "bandwidth ", row->bandwidth);
		return;
	case SETTING_ARRIVALS:
		put_word(text, "arrivals ", row->arrivals);
		return;
	case SETTING_PROTOCOL:
		put_word(text, "", row->protocol);
		return;
	case SETTING_CONNECTIONS:
		put_word(text, "",
			strcmp(row->connections, "fresh") == 0
				? "fresh connections"
				: "");
		return;
	case SETTING_COUNT:
		break;
	}
	text[0] = '\0';
}

/* Whether another cell that can be drawn has another value of it. */
static bool differs(const struct summary *summary,
	const struct summary_row *row, enum setting setting, bool same_strategy)
{
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
	enum setting setting)
{
	size_t used = strlen(label);
	char text[ROWS_TEXT_MAX];

	put(text, row, setting);
	if (text[0])
		(void)snprintf(label + used, ROWS_TEXT_MAX - used, "%s%s",
			used ? "; " : "", text);
}

/* Appends what tells the row's cell from others. */
static void append_telling(char label[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row)
{
	for (unsigned s = 0; s < SETTING_COUNT; s++)
		if (differs(summary, row, s, s >= SETTING_PROTOCOL))
			append(label, row, s);
	plots_remove_quoting(label, ROWS_TEXT_MAX);
}

void plots_format_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row)
{
	(void)snprintf(cell, ROWS_TEXT_MAX, "%s@%" PRIu64, row->strategy,
		row->concurrency);
	append_telling(cell, summary, row);
}

void plots_format_sweep(char sweep[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row)
{
	(void)snprintf(sweep, ROWS_TEXT_MAX, "%s", row->strategy);
	append_telling(sweep, summary, row);
}

void plots_format_work(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row)
{
	work[0] = '\0';
	for (unsigned s = SETTING_LATENCY; s < SETTING_COUNT; s++)
		if (!differs(summary, row, s, false))
			append(work, row, s);
	plots_remove_quoting(work, ROWS_TEXT_MAX);
}

uint64_t plots_cells(const struct summary *summary)
{
	uint64_t cells = 0;

	for (size_t i = 0; i < summary->count; i++)
		cells += summary->rows[i].rank != FR_UNKNOWN;
	return cells;
}
