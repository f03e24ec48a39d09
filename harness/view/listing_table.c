/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/table.h"

#include <string.h>

#include "harness/base/screen.h"
#include "harness/record/csv.h"
#include "harness/runs/histogram.h"
#include "harness/view/format.h"

_Static_assert(
	GROUPING_KEYS_MAX + LISTING_FIGURES_MAX <= (int)SHEET_COLUMNS_MAX,
	"a sheet has room for a listing");

/* The unit of the metric in hand, where a column leaves it open. */
static const char *unit_of(
	const struct sheet *sheet, const struct column *column)
{
	const struct listing_head *head = sheet->rows;

	return strcmp(column->unit, LISTING_UNIT) ? column->unit : head->unit;
}

/* Whether all groups have the same value of that key. */
static bool is_shared(const struct listing *listing, size_t key)
{
	char first[ROWS_TEXT_MAX], text[ROWS_TEXT_MAX];

	csv_member(first, &listing->columns[key], listing_row(listing, 0));
	for (size_t i = 1; i < listing->groups; i++) {
		csv_member(
			text, &listing->columns[key], listing_row(listing, i));
		if (strcmp(first, text) != 0)
			return false;
	}
	return true;
}

/* "requests 20, latency 50ms": what all groups have in common. */
static void write_shared(FILE *out, const struct listing *listing)
{
	const char *lead = "All of ";

	for (size_t k = 0; k < listing->key_count; k++) {
		char text[ROWS_TEXT_MAX];

		sheet_say(text, &listing->columns[k], listing_row(listing, 0));
		if (!text[0] || !is_shared(listing, k))
			continue;
		fprintf(out, "%s%s", lead, text);
		lead = ", ";
	}
	if (lead[0] == ',')
		fprintf(out, ".\n");
}

/* Whether the column counts requests that failed. */
static bool counts_failures(const struct column *column)
{
	size_t length = strlen(column->name);

	return length >= 6 && !strcmp(column->name + length - 6, "failed");
}

/* Whether any group of the listing has such a request. */
static bool any_failed(const struct listing *listing)
{
	char text[ROWS_TEXT_MAX];

	for (size_t c = listing->key_count; c < listing->schema.count; c++) {
		if (!counts_failures(&listing->columns[c]))
			continue;
		for (size_t i = 0; i < listing->groups; i++) {
			csv_member(text, &listing->columns[c],
				listing_row(listing, i));
			if (text[0] && strcmp(text, "0") != 0)
				return true;
		}
	}
	return false;
}

/* Hides columns that tell a reader nothing. */
static void hide(const struct listing *listing, struct sheet *sheet)
{
	bool failed = any_failed(listing);

	for (size_t c = 0; c < listing->schema.count; c++) {
		const char *name = listing->columns[c].name;

		if (c < listing->key_count)
			sheet->hidden[c] = is_shared(listing, c);
		else
			sheet->hidden[c] = !strcmp(name, "metric") ||
				!strcmp(name, "unit") ||
				(!failed &&
					counts_failures(
						&listing->columns[c])) ||
				(!listing->reference[0] &&
					!strncmp(name, "ratio", 5));
	}
}

/*
 * Whether the metric whose rows begin at `first` is a percentile that the
 * requests of a trial are too few for; the requests are known if they are a key.
 */
static bool is_slowest(const struct listing *listing, size_t first)
{
	const struct listing_head *head = listing_row(listing, first);
	bool known = false, slowest = false;

	for (size_t k = 0; k < listing->key_count; k++)
		known |= !strcmp(listing->columns[k].name, "requests");
	for (size_t i = 0; i < listing->groups && known; i++) {
		const struct listing_head *row =
			listing_row(listing, first + i);

		slowest |= format_is_slowest(
			head->metric, (double)row->keys.workload.requests);
	}
	return slowest;
}

static void write_notes(FILE *out, const struct listing *listing)
{
	fprintf(out, "\n");
	write_shared(out, listing);
	if (listing->notes)
		screen_paragraph(out, "%s", listing->notes);
	else if (listing->pooled)
		screen_paragraph(out,
			"Quantiles over the requests of all valid trials, "
			"within %.2f %% of exact. They have no interval, "
			"because the requests of a trial are not independent "
			"samples.",
			100 * HISTOGRAM_ERROR);
	else
		fprintf(out,
			"Of valid trials; low and high: the exact 95 %% "
			"interval of the median, from 6 trials on.\n");
	if (listing->reference[0] && !listing->notes)
		fprintf(out, "ratio: to %s, block by block.\n",
			listing->reference);
	if (any_failed(listing) && listing->reference[0])
		fprintf(out,
			"Where one cell failed significantly more of its "
			"requests than the other, there is no ratio.\n");
	if (listing->torn)
		fprintf(out,
			"%s ends in an incomplete row, which was left out.\n",
			trial_schema.file);
}

static void write_table(FILE *out, const struct listing *listing, bool markdown)
{
	struct sheet sheet = {.schema = &listing->schema,
		.count = listing->groups,
		.keys = listing->key_count,
		.unit = unit_of};

	bool slowest, any_slowest = false;

	hide(listing, &sheet);
	for (size_t m = 0; m < listing->metrics; m++) {
		sheet.rows = listing_row(listing, m * listing->groups);
		slowest = is_slowest(listing, m * listing->groups);
		fprintf(out, "%s%s%s\n\n", m ? "\n" : "",
			((const struct listing_head *)sheet.rows)->metric,
			slowest ? " *" : "");
		sheet_write_table(out, &sheet, markdown);
		any_slowest |= slowest;
	}
	write_notes(out, listing);
	if (any_slowest)
		screen_paragraph(out,
			"* that of the slowest request: a trial has too few "
			"requests for this percentile (a p99 needs 100).");
}

int listing_write(
	FILE *out, const struct listing *listing, enum table_format format)
{
	const struct sheet all = {.schema = &listing->schema,
		.rows = listing->rows,
		.count = listing->groups * listing->metrics};
	json_t *json = NULL;

	if (format == TABLE_JSON)
		json = json_pack("{s:i, s:s, s:b, s:o}", "schema_version",
			ROWS_SCHEMA_VERSION, "reference", listing->reference,
			"torn", (int)listing->torn, "rows", sheet_json(&all));
	else if (format != TABLE_CSV)
		write_table(out, listing, format == TABLE_MARKDOWN);
	return sheet_write(out, format, &all, json);
}
