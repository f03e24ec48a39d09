/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check for a pull request: failures first, the other rows folded. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/base/screen.h"
#include "harness/view/check_forms.h"
#include "harness/view/sheet.h"

static void write_row(FILE *out, const struct check_row *row)
{
	char base[FORMAT_MAX], head[FORMAT_MAX], change[FORMAT_MAX],
		low[FORMAT_MAX], high[FORMAT_MAX], margin[FORMAT_MAX],
		mde[FORMAT_MAX];
	const char *unit = check_unit(row), *blank = unit[0] ? " " : "";
	bool bad = row->verdict != CHECK_PASS && row->role == CHECK_GATED;

	check_value(base, row, row->base);
	check_value(head, row, row->head);
	check_change(change, row->ratio);
	check_change(low, row->ci_lo);
	check_change(high, row->ci_hi);
	check_margin(margin, row);
	check_change(mde, 1 + row->mde);
	fprintf(out, "| %s%s%s | ", bad ? "**" : "",
		row->role == CHECK_GATED ? check_verdict_names[row->verdict]
					 : check_role_names[row->role],
		bad ? "**" : "");
	sheet_markdown_text(out, row->strategy);
	fputs(" | ", out);
	sheet_markdown_text(out, row->metric);
	fprintf(out,
		" | %s%s%s | %s%s%s | %s | %s to %s | %s | %s | %" PRIu64 " | ",
		base, isnan(row->base) ? "" : blank,
		isnan(row->base) ? "" : unit, head,
		isnan(row->head) ? "" : blank, isnan(row->head) ? "" : unit,
		change, low, high, margin, mde, row->n_blocks);
	sheet_markdown_text(out, row->scenario);
	if (row->reason[0]) {
		fputs(": ", out);
		sheet_markdown_text(out, row->reason);
	}
	fputs(" |\n", out);
}

/* The rows that are gated, or those that are not. */
static void write_rows(FILE *out, const struct check_report *report, bool gated)
{
	fputs("| verdict | strategy | metric | base | head | change "
	      "| 95 % interval | margin | detects | n | scenario |\n"
	      "| --- | --- | --- | --: | --: | --: | --- | --: | --: | --: "
	      "| --- |\n",
		out);
	for (size_t i = 0; i < report->count; i++)
		if ((report->rows[i].role == CHECK_GATED) == gated)
			write_row(out, &report->rows[i]);
}

static size_t count_ungated(const struct check_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->count; i++)
		count += report->rows[i].role != CHECK_GATED;
	return count;
}

int check_write_markdown(FILE *out, const struct check_report *report)
{
	fprintf(out, "### flagrace check: %s\n\n",
		check_verdict_names[report->verdict]);
	sheet_markdown_text(out, report->reason);
	fputs(report->reason[0] ? "\n\nHead `" : "Head `", out);
	/* In a code span only a backquote is special. */
	for (const char *c = report->head; *c; c++)
		fputc(*c == '`' ? '\'' : *c, out);
	fputs("` against base `", out);
	for (const char *c = report->base; *c; c++)
		fputc(*c == '`' ? '\'' : *c, out);
	fputs("`, suite `", out);
	for (const char *c = report->suite; *c; c++)
		fputc(*c == '`' ? '\'' : *c, out);
	fprintf(out, "`, seed %" PRIu64 ".\n\n", report->seed);
	write_rows(out, report, true);
	if (count_ungated(report)) {
		fputs("\n<details><summary>Not gated</summary>\n\n", out);
		write_rows(out, report, false);
		fputs("\n</details>\n", out);
	}
	fputc('\n', out);
	screen_paragraph(out, "%s", check_legend);
	return 0;
}
