/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The changes that a check measured, from its report in JSON. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"

/* A line of forest.csv: a row of the check whose ratio is known. */
struct forest_line {
	uint64_t row;
	char cell[ROWS_TEXT_MAX];
	char role[16];
	char verdict[16];
	double change_percent, low_percent, high_percent, margin_percent;
	uint64_t blocks, rows;
	char base[ROWS_TEXT_MAX], head[ROWS_TEXT_MAX];
	char suite[ROWS_TEXT_MAX];
	char outcome[16];
	char shared[ROWS_TEXT_MAX];
};

#define ROW struct forest_line
static const struct column columns[] = {
	COLUMN(row, "", "Place in the report, from 1."),
	COLUMN(cell, "",
		"Strategy, metric, and settings that not all rows share."),
	COLUMN(role, "", "gated, informative or control."),
	COLUMN(verdict, "", "The row's."),
	COLUMN(change_percent, "%", "Of head against base."),
	COLUMN(low_percent, "%", "Low end of its interval."),
	COLUMN(high_percent, "%", "High end of its interval."),
	COLUMN(margin_percent, "%", "A greater change is a regression."),
	COLUMN(blocks, "blocks", "Pairs of measurements."),
	COLUMN(rows, "", "Rows of the report."),
	COLUMN(base, "", "As it was named."),
	COLUMN(head, "", "As it was named."),
	COLUMN(suite, "", "The suite."),
	COLUMN(outcome, "", "The verdict of the whole check."),
	COLUMN(shared, "", "The settings that all rows share."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "forest.csv");
#undef ROW

/* Copies a member's text; "": there is none. */
static void take_text(
	char *text, size_t size, const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	(void)row_text(
		text, size, value ? value : "", value ? strlen(value) : 0);
	plots_remove_quoting(text, size);
}

/* A member that is a number; NaN: it is none. */
static double number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Whether the scenario has the word, such as latency=2ms. */
static bool has_word(const char *scenario, const char *word, size_t length)
{
	for (const char *s = scenario; *s; s += strspn(s, " ")) {
		size_t next = strcspn(s, " ");

		if (next == length && !memcmp(s, word, length))
			return true;
		s += next;
	}
	return false;
}

static bool is_shared(const json_t *rows, const char *word, size_t length)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (!has_word(text_of(row, "scenario"), word, length))
			return false;
	}
	return true;
}

/* Appends those words of a row's scenario that all rows share, or the others. */
static void append_scenario(char text[ROWS_TEXT_MAX], const json_t *rows,
	const json_t *row, bool shared, const char *joint)
{
	const char *scenario = text_of(row, "scenario");

	for (const char *s = scenario; *s; s += strspn(s, " ")) {
		size_t used = strlen(text), length = strcspn(s, " ");

		if (is_shared(rows, s, length) == shared) {
			(void)snprintf(text + used, ROWS_TEXT_MAX - used,
				"%s%.*s", used ? joint : "", (int)length, s);
			joint = " ";
		}
		s += length;
	}
}

static int add_row(struct csv_text *text, const json_t *report,
	const json_t *row, uint64_t number)
{
	const json_t *rows = json_object_get(report, "rows");
	double blocks = number_of(row, "n_blocks");
	struct forest_line line;

	row_init(&line_schema, &line);
	line.row = number;
	take_text(line.role, sizeof(line.role), row, "role");
	(void)snprintf(line.cell, sizeof(line.cell), "%s%s; %s",
		strcmp(line.role, "control") ? "" : "control: ",
		text_of(row, "strategy"), text_of(row, "metric"));
	append_scenario(line.cell, rows, row, false, "; ");
	plots_remove_quoting(line.cell, sizeof(line.cell));
	append_scenario(line.shared, rows, row, true, "");
	plots_remove_quoting(line.shared, sizeof(line.shared));
	take_text(line.verdict, sizeof(line.verdict), row, "verdict");
	line.change_percent = 100 * (number_of(row, "ratio") - 1);
	line.low_percent = 100 * (number_of(row, "ci_lo") - 1);
	line.high_percent = 100 * (number_of(row, "ci_hi") - 1);
	line.margin_percent = 100 * number_of(row, "margin");
	line.blocks = blocks >= 0 ? (uint64_t)blocks : FR_UNKNOWN;
	line.rows = json_array_size(rows);
	take_text(line.base, sizeof(line.base), report, "base");
	take_text(line.head, sizeof(line.head), report, "head");
	take_text(line.suite, sizeof(line.suite), report, "suite");
	take_text(line.outcome, sizeof(line.outcome), report, "verdict");
	return csv_text_add_row(text, &line_schema, &line);
}

int plots_forest_make(
	struct plots_files *files, const char *report, struct fr_error *err)
{
	json_error_t where;
	json_t *check = json_load_file(report, 0, &where);
	const json_t *rows = json_object_get(check, "rows"), *row;
	struct csv_text text = {0};
	uint64_t number = 0;
	size_t i;
	int rc;

	if (!json_is_array(rows)) {
		rc = fr_error_set(err, EXIT_USAGE,
			"%.300s is neither a run's folder nor a check's report "
			"in JSON",
			report);
		json_decref(check);
		return rc;
	}
	rc = csv_text_add_header(&text, &line_schema);
	json_array_foreach(rows, i, row)
	{
		if (!rc && !isnan(number_of(row, "ratio")) &&
			number < PLOTS_CELLS_MAX)
			rc = add_row(&text, check, row, ++number);
	}
	json_decref(check);
	if (!rc && !number) {
		csv_text_release(&text);
		return fr_error_set(err, EXIT_INVALID,
			"%.300s: no row has a ratio: there is nothing to draw",
			report);
	}
	return plots_keep(files, &line_schema, &text, rc, err);
}
