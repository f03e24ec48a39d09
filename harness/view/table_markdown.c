/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranked table as Markdown, for a page or a comment. */
#include <inttypes.h>
#include <string.h>

#include "harness/view/sheet.h"
#include "harness/view/table_line.h"

static void write_head(
	FILE *out, const struct summary *summary, const struct summary_row *row)
{
	bool by_total = summary->clock == CLOCK_TOTAL;

	fprintf(out, "%s", row->group > 1 ? "\n" : "");
	table_write_work(out, summary, row);
	fprintf(out,
		":\n\n| # | strategy@concurrency | %s ms [95 %% interval] "
		"| %s ms | ideal ms | efficiency | speed-up over ",
		by_total ? "total" : "elapsed", by_total ? "elapsed" : "total");
	sheet_markdown_text(out, summary->reference);
	fprintf(out,
		" | CPU ms | trials |\n"
		"| --: | --- | --- | --: | --: | --: | --: | --: | --- |\n");
}

void table_write_markdown(FILE *out, const struct summary *summary)
{
	uint64_t group = 0;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct table_line line;

		if (row->group != group)
			write_head(out, summary, row);
		group = row->group;
		table_line(&line, summary, row);
		fprintf(out, "| %s | ", line.rank);
		sheet_markdown_text(out, line.label);
		fprintf(out, " | %s | %s | %s | %s | %s | %s | %s%s%s |\n",
			line.time + strspn(line.time, " "), line.beside,
			line.ideal, line.efficiency, line.speed_up, line.cpu,
			line.valid, line.failures[0] ? ", " : "",
			line.failures);
	}
}
