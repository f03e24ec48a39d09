/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check: its verdict, the picture of its changes, and its rows. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/record/row_json.h"
#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "harness/view/check_forms.h"

const char *report_member(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void write_figure(FILE *out, double value, const char *text)
{
	fputs("<td class=\"n\"", out);
	if (isfinite(value))
		fprintf(out, " data-v=\"%.9g\"", value);
	fputs(">", out);
	html_text(out, text);
	fputs("</td>", out);
}

static void write_row(FILE *out, const struct check_row *row)
{
	bool gated = row->role == CHECK_GATED;
	const char *unit = check_unit(row), *blank = unit[0] ? " " : "";
	char base[FORMAT_MAX], head[FORMAT_MAX], change[FORMAT_MAX],
		low[FORMAT_MAX], high[FORMAT_MAX], margin[FORMAT_MAX];

	check_value(base, row, row->base);
	check_value(head, row, row->head);
	check_change(change, row->ratio);
	check_change(low, row->ci_lo);
	check_change(high, row->ci_hi);
	check_margin(margin, row);
	fprintf(out, "<tr><td class=\"verdict %s\">%s</td><th scope=\"row\">",
		gated ? check_verdict_names[row->verdict] : "",
		gated ? check_verdict_names[row->verdict]
		      : check_role_names[row->role]);
	html_text(out, row->strategy);
	fputs("</th><td>", out);
	html_text(out, row->metric);
	fputs("</td>", out);
	write_figure(out, row->ratio, change);
	fputs("<td class=\"n\">", out);
	html_say(out, "%s to %s", low, high);
	fputs("</td>", out);
	write_figure(out, row->margin, margin);
	fputs("<td class=\"n\">", out);
	html_say(out, "%s%s%s", base, isnan(row->base) ? "" : blank,
		isnan(row->base) ? "" : unit);
	fputs("</td><td class=\"n\">", out);
	html_say(out, "%s%s%s", head, isnan(row->head) ? "" : blank,
		isnan(row->head) ? "" : unit);
	fprintf(out, "</td><td class=\"n\">%" PRIu64 "</td><td>",
		row->n_blocks == FR_UNKNOWN ? 0 : row->n_blocks);
	html_text(out, row->scenario);
	if (row->reason[0])
		html_say(out, ": %s", row->reason);
	fputs("</td></tr>\n", out);
}

static int write_rows(
	FILE *out, const json_t *rows, const char *file, struct fr_error *err)
{
	const json_t *value;
	size_t i;

	fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"Rows of the check\">\n<table class=\"sortable\">"
	      "<thead><tr>",
		out);
	fputs("<th scope=\"col\">verdict</th><th scope=\"col\">strategy</th>"
	      "<th scope=\"col\">metric</th><th scope=\"col\">change</th>"
	      "<th scope=\"col\">95 % interval</th><th scope=\"col\">margin"
	      "</th><th scope=\"col\">base</th><th scope=\"col\">head</th>"
	      "<th scope=\"col\">blocks</th><th scope=\"col\">scenario</th>"
	      "</tr></thead>\n<tbody>\n",
		out);
	json_array_foreach(rows, i, value)
	{
		struct check_row row;

		check_row_init(&row);
		if (row_json_read(&check_schema, &row, value, err)) {
			err->status = EXIT_USAGE;
			return fr_error_at(err, file);
		}
		write_row(out, &row);
	}
	fputs("</tbody></table></div>\n", out);
	return 0;
}

static void write_verdict(FILE *out, const json_t *check)
{
	const char *verdict = report_member(check, "verdict");

	fputs("<h2>Check: <span class=\"verdict ", out);
	html_text(out, verdict);
	fputs("\">", out);
	html_text(out, verdict);
	fputs("</span></h2>\n<p>", out);
	html_text(out, report_member(check, "reason"));
	fputs("</p>\n", out);
}

int report_check(struct report *report, struct fr_error *err)
{
	const json_t *check = report->check;
	const char *file = report->terms->check;
	FILE *out = report->out;
	int rc;

	fputs("<section class=\"check\">\n", out);
	/* A page of a check alone has them as its heading. */
	if (report->terms->runs)
		write_verdict(out, check);
	fputs("<p class=\"about\">Head <code>", out);
	html_text(out, report_member(check, "head"));
	fputs("</code> against base <code>", out);
	html_text(out, report_member(check, "base"));
	fputs("</code>, suite <code>", out);
	html_text(out, report_member(check, "suite"));
	fputs("</code>.</p>\n", out);
	rc = report_pictures(report, file, err);
	if (!rc)
		rc = write_rows(out, json_object_get(check, "rows"), file, err);
	fputs("<details><summary>What the columns mean</summary>\n", out);
	html_sentences(out, check_legend);
	fputs("</details>\n</section>\n", out);
	return rc;
}
