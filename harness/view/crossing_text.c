/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers of sweeps, in sentences. */
#include <math.h>
#include <string.h>

#include "harness/view/format.h"
#include "harness/view/table.h"

/* The rows of one sweep, which are consecutive. */
struct crossing_text {
	FILE *out;
	const struct crossings *all;
	const struct crossing *rows;
	size_t count;
};

void level_format(char text[FORMAT_MAX], const struct setting *setting,
	const char *unit, double level)
{
	if (level == 0 && setting->none_is_zero)
		(void)snprintf(text, FORMAT_MAX, "none");
	else
		(void)snprintf(text, FORMAT_MAX, "%g%s%s", level,
			unit[0] ? " " : "", unit);
}

/* Whether sweeps of the run differ in the setting. */
static bool tells_sweeps_apart(
	const struct crossing_text *text, const struct setting *setting)
{
	const struct crossing *own = text->rows;

	for (size_t i = 0; i < text->all->count; i++) {
		const struct crossing *other = &text->all->rows[i];

		if (other->setting == own->setting &&
			setting_compare(
				setting, &own->workload, &other->workload))
			return true;
	}
	return false;
}

static void write_heading(const struct crossing_text *text)
{
	const struct crossing *row = text->rows;
	char least[FORMAT_MAX], most[FORMAT_MAX], value[SETTING_TEXT_MAX];

	level_format(least, row->setting, row->unit, row->least);
	level_format(most, row->setting, row->unit, row->most);
	fprintf(text->out, "\n%s from %s to %s", row->setting->name, least,
		most);
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (s == row->setting || !tells_sweeps_apart(text, s))
			continue;
		setting_write(value, s, &row->workload);
		fprintf(text->out, ", %s %s", s->name, value);
	}
	fprintf(text->out, ": at %s, %s was fastest.\n", most, row->winner);
}

/* With three digits, or all digits of a large number. */
static void write_place(char text[FORMAT_MAX], double place)
{
	(void)snprintf(text, FORMAT_MAX, place < 1000 ? "%.3g" : "%.0f", place);
}

static void write_end(
	char text[FORMAT_MAX], const struct crossing *row, double end)
{
	if (isfinite(end))
		write_place(text, end);
	else
		(void)snprintf(text, FORMAT_MAX, "%s %g",
			end < 0 ? "below" : "above",
			end < 0 ? row->least : row->most);
}

/* "1.02 ms" */
static void write_at(char text[FORMAT_MAX], const struct crossing *row)
{
	size_t used;

	write_place(text, row->at.value);
	used = strlen(text);
	(void)snprintf(text + used, FORMAT_MAX - used, "%s%s",
		row->unit[0] ? " " : "", row->unit);
}

/* " [0.9, 1.1]"; "": there is none. */
static void write_interval(
	char text[3 * FORMAT_MAX], const struct crossing *row)
{
	char low[FORMAT_MAX], high[FORMAT_MAX];

	text[0] = '\0';
	if (isnan(row->at.low))
		return;
	write_end(low, row, row->at.low);
	write_end(high, row, row->at.high);
	(void)snprintf(text, 3 * FORMAT_MAX, " [%s, %s]", low, high);
}

void crossing_format(char text[ROWS_TEXT_MAX], const struct crossing *row)
{
	char at[FORMAT_MAX], interval[3 * FORMAT_MAX];

	write_at(at, row);
	write_interval(interval, row);
	_Static_assert(4 * FORMAT_MAX <= ROWS_TEXT_MAX, "both fit");
	(void)snprintf(text, ROWS_TEXT_MAX, "%s%s", at, interval);
}

static void write_crossings(const struct crossing_text *text)
{
	for (size_t i = 0; i < text->count; i++) {
		const struct crossing *row = &text->rows[i];
		char at[FORMAT_MAX], interval[3 * FORMAT_MAX];

		if (row->kind != CROSSING_FROM)
			continue;
		write_at(at, row);
		write_interval(interval, row);
		if (row->unit[0])
			fprintf(text->out, "  From %s of %s", at,
				row->setting->name);
		else
			fprintf(text->out, "  From %s %s", row->setting->name,
				at);
		fprintf(text->out,
			" on, %s took %.0f %% longer than %s, or more%s.\n",
			row->label, CROSSING_MARGIN * 100, row->winner,
			interval);
	}
}

/* One line with the cells of a kind. */
static void write_kind(const struct crossing_text *text,
	enum crossing_kind kind, const char *lead)
{
	const char *comma = lead;

	for (size_t i = 0; i < text->count; i++) {
		if (text->rows[i].kind != kind)
			continue;
		fprintf(text->out, "%s%s", comma, text->rows[i].label);
		comma = ", ";
	}
	if (comma != lead)
		fprintf(text->out, ".\n");
}

void crossings_write(FILE *out, const struct crossings *crossings)
{
	struct crossing_text text = {.out = out, .all = crossings};

	for (size_t i = 0; i < crossings->count; i += text.count) {
		text.rows = &crossings->rows[i];
		text.count = 0;
		while (i + text.count < crossings->count &&
			text.rows[text.count].sweep == text.rows->sweep)
			text.count++;
		write_heading(&text);
		write_crossings(&text);
		write_kind(&text, CROSSING_NOWHERE, "  Within 5 % of it: ");
		write_kind(&text, CROSSING_EVERYWHERE,
			"  At every value 5 % slower, or more: ");
	}
}
