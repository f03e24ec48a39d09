/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranked tables: the rows, figures and order are those of `flagrace summary`.
 * A cell of the table has its figure in data-v, too, by which a script sorts.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "harness/view/table_line.h"

/* Writes a figure with what it is sorted by; NaN: it is unknown, and last. */
static void write_figure(
	FILE *out, const char *kind, double value, const char *text)
{
	fprintf(out, "<td class=\"%s\"", kind);
	if (!isnan(value))
		fprintf(out, " data-v=\"%.9g\"", value);
	fputs(">", out);
	html_text(out, text + strspn(text, " "));
	fputs("</td>", out);
}

/* The time, on a bar whose length it is. */
static void write_time(FILE *out, const struct estimate *time, double longest,
	const char *text)
{
	double share = time->value / longest;

	fprintf(out, "<td class=\"time\" data-v=\"%.9g\" style=\"--v:%.1f%%\">",
		isnan(time->value) ? 1e300 : time->value,
		isnan(share) ? 0 : 100 * share);
	text += strspn(text, " ");
	html_say(out, "%.*s", (int)strcspn(text, "["), text);
	fputs("<span class=\"interval\">", out);
	html_text(out, text + strcspn(text, "["));
	fputs("</span></td>", out);
}

/* In which ways the row differs from most of its group. */
static void write_ways(FILE *out, const struct summary_row *row,
	const struct summary_row *group, size_t size)
{
	for (int w = 0; w < WAY_COUNT; w++) {
		const char *its = summary_way(row, (enum summary_way)w);

		if (its[0] &&
			strcmp(its,
				summary_usual(group, size,
					(enum summary_way)w)) != 0) {
			fputs(" <small>", out);
			html_text(out, its);
			fputs("</small>", out);
		}
	}
}

static bool is_close(const struct summary_row *row)
{
	/* Without an interval, low is NaN, and the comparison is false. */
	return row->rank == 1 ||
		(row->rank != FR_UNKNOWN && row->behind.low <= 1);
}

static void write_row(FILE *out, const struct summary *summary,
	const struct summary_row *row, const struct summary_row *group,
	size_t size, double longest)
{
	const struct estimate *other =
		summary->clock == CLOCK_TOTAL ? &row->elapsed : &row->total;
	bool floor = summary_is_floor(row);
	struct table_line line;

	table_line(&line, summary, row);
	fprintf(out, "<tr%s>", is_close(row) ? " class=\"best\"" : "");
	write_figure(out, "n",
		row->rank == FR_UNKNOWN ? (double)NAN : (double)row->rank,
		line.rank);
	fputs("<th scope=\"row\">", out);
	html_text(out, line.label);
	write_ways(out, row, group, size);
	fputs("</th>", out);
	write_time(out, summary_clock_of(summary, row), longest, line.time);
	write_figure(out, "n", row->speed_up.value, line.speed_up);
	write_figure(out, "n", floor ? (double)NAN : row->efficiency.value,
		line.efficiency);
	write_figure(out, "n", other->value, line.beside);
	write_figure(
		out, "n", floor ? (double)NAN : row->ideal.value, line.ideal);
	write_figure(out, "n", row->cpu.value, line.cpu);
	fprintf(out, "<td class=\"%s\" data-v=\"%" PRIu64 "\">",
		table_trials(row) < row->trials ? "bad" : "trials",
		table_trials(row));
	html_text(out, line.valid);
	if (line.failures[0]) {
		fputs(" <small>", out);
		html_text(out, line.failures);
		fputs("</small>", out);
	}
	fputs("</td></tr>\n", out);
}

static bool has_groups(const struct summary *summary)
{
	return summary->rows[0].group !=
		summary->rows[summary->count - 1].group;
}

/* Of several groups, the work of this one. Returns 0 or -ENOMEM. */
static int write_caption(FILE *out, const struct summary *summary,
	const struct summary_row *first)
{
	char *work = NULL;
	size_t size = 0;
	FILE *text;

	if (!has_groups(summary))
		return 0;
	text = open_memstream(&work, &size);
	if (!text)
		return -ENOMEM;
	table_write_work(text, summary, first);
	if (text_stream_close(text, &work))
		return -ENOMEM;
	fputs("<caption>", out);
	html_text(out, work);
	fputs("</caption>\n", out);
	free(work);
	return 0;
}

/* Returns 0 or -ENOMEM. */
static int write_head(FILE *out, const struct summary *summary,
	const struct summary_row *first)
{
	bool by_total = summary->clock == CLOCK_TOTAL;

	fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Ranked table\">\n<table class=\"sortable\">\n",
		out);
	if (write_caption(out, summary, first))
		return -ENOMEM;
	fprintf(out,
		"<thead><tr><th scope=\"col\">#</th>"
		"<th scope=\"col\">strategy@most in flight</th>"
		"<th scope=\"col\">%s, ms <span class=\"interval\">[95 %% "
		"interval]</span></th>"
		"<th scope=\"col\" class=\"n\">speed-up</th>"
		"<th scope=\"col\" class=\"n\">efficiency</th>"
		"<th scope=\"col\" class=\"n\">%s, ms</th>"
		"<th scope=\"col\" class=\"n\">ideal, ms</th>"
		"<th scope=\"col\" class=\"n\">CPU, ms</th>"
		"<th scope=\"col\">trials</th></tr></thead>\n<tbody>\n",
		by_total ? "total" : "elapsed", by_total ? "elapsed" : "total");
	return 0;
}

static double longest_of(const struct summary *summary,
	const struct summary_row *group, size_t size)
{
	double longest = 0;

	for (size_t i = 0; i < size; i++)
		longest = fmax(
			longest, summary_clock_of(summary, &group[i])->value);
	return longest;
}

int report_tables(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	const struct summary *summary = run->summary;
	FILE *out = report->out;
	size_t size;

	fputs("<p class=\"about\">", out);
	html_say(out,
		"Ranked by %s time. Bold: the fastest, and all that cannot be "
		"distinguished from it.",
		summary->clock == CLOCK_TOTAL ? "total" : "elapsed");
	fputs("</p>\n", out);
	fputs("<p class=\"filter\" hidden><label>Show only rows with "
	      "<input type=\"search\" placeholder=\"pthread, h2, …\"></label> "
	      "<output></output></p>\n",
		out);
	for (size_t first = 0; first < summary->count; first += size) {
		const struct summary_row *group = &summary->rows[first];
		double longest;

		for (size = 1; first + size < summary->count &&
			group[size].group == group->group;)
			size++;
		longest = longest_of(summary, group, size);
		if (write_head(out, summary, group))
			return fr_error_memory(err);
		for (size_t i = 0; i < size; i++)
			write_row(
				out, summary, &group[i], group, size, longest);
		fputs("</tbody></table></div>\n", out);
	}
	return 0;
}

int report_columns(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *notes = open_memstream(&text, &size);

	if (!notes)
		return fr_error_memory(err);
	table_write_notes(notes, run->summary);
	if (text_stream_close(notes, &text))
		return fr_error_memory(err);
	fputs("<details><summary>What the columns mean, and why the "
	      "figures can be trusted</summary>\n",
		report->out);
	html_sentences(report->out, text);
	fputs("</details>\n", report->out);
	free(text);
	return 0;
}
