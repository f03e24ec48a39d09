/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several runs beside each other: a row for each cell, a column for each run, each
 * compared with the first one as `flagrace compare` does.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/comparison.h"
#include "harness/base/text_stream.h"
#include "harness/record/csv.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "harness/view/format.h"

enum { CELLS_MAX = 1000 };

/* A cell, and its median in each run. */
struct side_row {
	char cell[ROWS_TEXT_MAX];
	double base;                             /* ns, in the first run */
	double median[REPORT_SIDES_MAX];         /* ns */
	struct estimate ratio[REPORT_SIDES_MAX]; /* to the first run */
};

struct sides {
	struct side_row *rows; /* owned; CELLS_MAX of them */
	size_t count;
};

static bool varies(const struct listing *listing, const struct column *key)
{
	const struct comparison_row *first = listing_row(listing, 0);

	for (size_t i = 1; i < listing->groups; i++) {
		const struct comparison_row *row = listing_row(listing, i);

		if (!grouping_same_key(key, &first->head.keys, &row->head.keys))
			return true;
	}
	return false;
}

/*
 * "openmp@8; latency 50ms": the keys in which the rows differ. Returns 0 or
 * -ENOMEM.
 */
static int name_row(char cell[ROWS_TEXT_MAX], const struct listing *listing,
	const struct comparison_row *row)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cell[0] = '\0';
	if (!out)
		return -ENOMEM;
	for (size_t k = 0; k < listing->key_count; k++) {
		const struct column *key = &listing->columns[k];
		char value[ROWS_TEXT_MAX];

		csv_member(value, key, &row->head.keys);
		if (!strcmp(key->name, "strategy"))
			fprintf(out, "%s", value);
		else if (!strcmp(key->name, "concurrency"))
			fprintf(out, "%s%s", value[0] ? "@" : "", value);
		else if (value[0] && varies(listing, key))
			fprintf(out, "; %s %s", key->name, value);
	}
	if (text_stream_close(out, &text))
		return -ENOMEM;
	(void)row_text(cell, ROWS_TEXT_MAX, text, size);
	free(text);
	return 0;
}

/* The row of that name, which is made if there is none; NULL: too many. */
static struct side_row *find_row(struct sides *sides, const char *cell)
{
	struct side_row *row;

	for (size_t i = 0; i < sides->count; i++)
		if (!strcmp(sides->rows[i].cell, cell))
			return &sides->rows[i];
	if (sides->count == CELLS_MAX)
		return NULL;
	row = &sides->rows[sides->count++];
	*row = (struct side_row){.base = NAN};
	memcpy(row->cell, cell, sizeof(row->cell));
	for (size_t s = 0; s < REPORT_SIDES_MAX; s++) {
		row->median[s] = NAN;
		row->ratio[s] = (struct estimate){NAN, NAN, NAN};
	}
	return row;
}

/* Returns 0 or -ENOMEM. */
static int take(struct sides *sides, const struct listing *listing, size_t side)
{
	for (size_t i = 0; i < listing->groups; i++) {
		const struct comparison_row *from = listing_row(listing, i);
		char cell[ROWS_TEXT_MAX];
		struct side_row *row;

		if (name_row(cell, listing, from))
			return -ENOMEM;
		row = find_row(sides, cell);
		if (!row)
			break;
		if (!isnan(from->base))
			row->base = from->base;
		row->median[side] = from->new;
		row->ratio[side] = from->ratio;
	}
	return 0;
}

static void write_note(FILE *out, const struct report_run *run,
	const char *what, const char *differs)
{
	if (!differs[0])
		return;
	fputs("<p class=\"note\">", out);
	html_text(out, run->name);
	html_text(out, what);
	html_text(out, differs);
	fputs(".</p>\n", out);
}

static void write_time(FILE *out, double ns)
{
	char figure[FORMAT_MAX];

	format_ms(figure, ns, ns);
	fputs("<td class=\"n\"", out);
	if (!isnan(ns))
		fprintf(out, " data-v=\"%.9g\"", ns);
	fputs(">", out);
	html_text(out, figure);
	fputs("</td>", out);
}

/* "+3.1 % [+2.0, +4.1]", marked if the interval is on one side of no change. */
static void write_change(FILE *out, const struct estimate *ratio)
{
	if (isnan(ratio->value)) {
		fputs("<td class=\"n\">-</td>", out);
		return;
	}
	fprintf(out, "<td class=\"n %s\" data-v=\"%.9g\">",
		ratio->low > 1            ? "worse"
			: ratio->high < 1 ? "better"
					  : "",
		ratio->value);
	html_say(out, "%+.1f %%", 100 * (ratio->value - 1));
	if (!isnan(ratio->low))
		html_say(out, " [%+.1f, %+.1f]", 100 * (ratio->low - 1),
			100 * (ratio->high - 1));
	fputs("</td>", out);
}

static void write_table(
	const struct report *report, const struct sides *sides, size_t runs)
{
	FILE *out = report->out;

	fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Runs beside each other\">\n"
	      "<table class=\"sortable\"><caption>Median total time, ms, and "
	      "the change from the first run with its 95 % interval</caption>"
	      "<thead><tr><th scope=\"col\">strategy@most in flight</th>",
		out);
	for (size_t r = 0; r < runs; r++) {
		fputs("<th scope=\"col\">", out);
		html_text(out, report->runs[r].name);
		fputs(r ? "</th><th scope=\"col\">change</th>" : "</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < sides->count; i++) {
		const struct side_row *row = &sides->rows[i];

		fputs("<tr><th scope=\"row\">", out);
		html_text(out, row->cell);
		fputs("</th>", out);
		write_time(out, row->base);
		for (size_t r = 1; r < runs; r++) {
			write_time(out, row->median[r]);
			write_change(out, &row->ratio[r]);
		}
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

/*
 * Compares a run with the first one. What cannot be compared is said. Returns 0
 * or -ENOMEM.
 */
static int compare(struct report *report, struct sides *sides, size_t side)
{
	const struct report_run *run = &report->runs[side];
	const char *const dirs[] = {report->runs[0].dir, run->dir};
	struct comparison comparison;
	struct fr_error failure;
	int rc = 0;

	if (comparison_init(&comparison, dirs, "total_ns", &failure)) {
		write_note(
			report->out, run, " is not compared: ", failure.text);
	} else {
		rc = take(sides, comparison.listing, side);
		write_note(
			report->out, run, " differs in: ", comparison.differs);
		write_note(report->out, run,
			" was measured on another host or build: ",
			comparison.hosts);
	}
	comparison_release(&comparison);
	return rc;
}

int report_sides(struct report *report, struct fr_error *err)
{
	size_t runs = report->terms->runs < REPORT_SIDES_MAX
		? report->terms->runs
		: REPORT_SIDES_MAX;
	struct sides sides = {
		.rows = calloc(CELLS_MAX, sizeof(struct side_row))};
	int rc = 0;

	if (!sides.rows)
		return fr_error_memory(err);
	fputs("<section>\n<h2>The runs beside each other</h2>\n", report->out);
	for (size_t r = 1; r < runs && !rc; r++)
		rc = compare(report, &sides, r);
	if (sides.count)
		write_table(report, &sides, runs);
	fputs("<p class=\"about\">The runs were not interleaved: a change "
	      "includes all that changed between them, such as the load of "
	      "the machine. <code>flagrace check</code> judges one change.",
		report->out);
	if (runs < report->terms->runs)
		html_say(report->out,
			" The table has the first %zu of %zu runs.", runs,
			report->terms->runs);
	fputs("</p>\n</section>\n", report->out);
	free(sides.rows);
	return rc ? fr_error_memory(err) : 0;
}
