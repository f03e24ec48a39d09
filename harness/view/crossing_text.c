/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers of sweeps, in sentences. */
#include <math.h>
#include <string.h>

#include "harness/view/format.h"
#include "harness/view/table.h"

/* The rows of one sweep, which are consecutive. */
struct answer {
	FILE *out;
	const struct crossings *all;
	const struct crossing *rows;
	size_t count;
};

/* "1.02 ms", or "none" for the zero of a setting that can be none. */
static void format_level(
	char text[FORMAT_MAX], const struct crossing *row, double level)
{
	if (level == 0 && row->setting->none_is_zero)
		(void)snprintf(text, FORMAT_MAX, "none");
	else
		(void)snprintf(text, FORMAT_MAX, "%.3g%s%s", level,
			row->unit[0] ? " " : "", row->unit);
}

/* Whether sweeps of the run differ in the setting. */
static bool tells_sweeps_apart(
	const struct answer *answer, const struct setting *setting)
{
	const struct crossing *own = answer->rows;

	for (size_t i = 0; i < answer->all->count; i++) {
		const struct crossing *other = &answer->all->rows[i];

		if (other->setting == own->setting &&
			setting_compare(
				setting, &own->workload, &other->workload))
			return true;
	}
	return false;
}

static void write_heading(const struct answer *answer)
{
	const struct crossing *row = answer->rows;
	char least[FORMAT_MAX], most[FORMAT_MAX], value[SETTING_TEXT_MAX];

	format_level(least, row, row->least);
	format_level(most, row, row->most);
	fprintf(answer->out, "\n%s from %s to %s", row->setting->name, least,
		most);
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (s == row->setting || !tells_sweeps_apart(answer, s))
			continue;
		setting_write(value, s, &row->workload);
		fprintf(answer->out, ", %s %s", s->name, value);
	}
	fprintf(answer->out, ": at %s, %s was fastest.\n", most, row->winner);
}

static void write_end(
	char text[FORMAT_MAX], const struct crossing *row, double end)
{
	if (isfinite(end))
		(void)snprintf(text, FORMAT_MAX, "%.3g", end);
	else
		(void)snprintf(text, FORMAT_MAX, "%s %.3g",
			end < 0 ? "below" : "above",
			end < 0 ? row->least : row->most);
}

static void write_crossings(const struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct crossing *row = &answer->rows[i];
		char low[FORMAT_MAX], high[FORMAT_MAX];

		if (row->kind != CROSSING_FROM)
			continue;
		fprintf(answer->out, "  From ");
		if (row->unit[0])
			fprintf(answer->out, "%.3g %s of %s", row->at.value,
				row->unit, row->setting->name);
		else
			fprintf(answer->out, "%s %.3g", row->setting->name,
				row->at.value);
		fprintf(answer->out,
			" on, %s took %.0f %% longer than %s, or more",
			row->label, CROSSING_MARGIN * 100, row->winner);
		if (!isnan(row->at.low)) {
			write_end(low, row, row->at.low);
			write_end(high, row, row->at.high);
			fprintf(answer->out, " [%s, %s]", low, high);
		}
		fprintf(answer->out, ".\n");
	}
}

/* One line with the cells of a kind. */
static void write_kind(
	const struct answer *answer, enum crossing_kind kind, const char *lead)
{
	const char *comma = lead;

	for (size_t i = 0; i < answer->count; i++) {
		if (answer->rows[i].kind != kind)
			continue;
		fprintf(answer->out, "%s%s", comma, answer->rows[i].label);
		comma = ", ";
	}
	if (comma != lead)
		fprintf(answer->out, ".\n");
}

void crossings_write(FILE *out, const struct crossings *crossings)
{
	struct answer answer = {.out = out, .all = crossings};

	for (size_t i = 0; i < crossings->count; i += answer.count) {
		answer.rows = &crossings->rows[i];
		answer.count = 0;
		while (i + answer.count < crossings->count &&
			answer.rows[answer.count].sweep == answer.rows->sweep)
			answer.count++;
		write_heading(&answer);
		write_crossings(&answer);
		write_kind(&answer, CROSSING_NOWHERE, "  Within 5 % of it: ");
		write_kind(&answer, CROSSING_EVERYWHERE,
			"  At every value 5 % slower, or more: ");
	}
}
