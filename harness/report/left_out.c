/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trials that give no figures, and why. */
#include <inttypes.h>
#include <stdlib.h>

#include "harness/report/html.h"
#include "harness/report/parts.h"
#include "harness/runs/trials.h"

/* The trials that are counted, and those that are shown. */
struct left_out {
	FILE *out;
	uint64_t trials, invalid;
};

static int take(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct left_out *left_out = ctx;

	(void)run;
	(void)err;
	left_out->trials++;
	if (trial_verdict_counts(trial->verdict))
		return 0;
	if (!left_out->invalid)
		fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" "
		      "aria-label=\"Trials that are not valid\">\n"
		      "<table class=\"sortable\"><thead><tr>"
		      "<th scope=\"col\">trial</th><th scope=\"col\">block</th>"
		      "<th scope=\"col\">strategy@most in flight</th>"
		      "<th scope=\"col\">verdict</th><th scope=\"col\">reason"
		      "</th></tr></thead>\n<tbody>\n",
			left_out->out);
	if (++left_out->invalid > REPORT_LEFT_OUT_MAX)
		return 0;
	fputs("<tr><td>", left_out->out);
	html_text(left_out->out, trial->trial);
	fprintf(left_out->out,
		"</td><td class=\"n\" data-v=\"%" PRId64 "\">%" PRId64
		"</td><th scope=\"row\">",
		trial->block, trial->block);
	html_say(left_out->out, "%s@%" PRIu64, trial->strategy,
		trial->concurrency);
	fprintf(left_out->out, "</th><td class=\"bad\">%s</td><td>",
		trial_verdict_name(trial->verdict));
	html_text(left_out->out,
		trial->reason[0] ? trial->reason : "no reason was recorded");
	fputs("</td></tr>\n", left_out->out);
	return 0;
}

int report_left_out(struct report *report, const struct report_run *run,
	struct fr_error *err)
{
	struct left_out left_out = {.out = report->out};
	bool torn;
	int rc;

	report_head(report, "What was not valid, and why");
	rc = trials_read(&run->dir, 1, take, &left_out, &torn, err);
	if (rc)
		return rc;
	if (left_out.invalid)
		fputs("</tbody></table></div>\n", report->out);
	fputs("<p>", report->out);
	if (!left_out.invalid)
		html_say(report->out,
			"Nothing: all %" PRIu64 " trials give figures.",
			left_out.trials);
	else
		html_say(report->out,
			"%" PRIu64 " of %" PRIu64 " trials give no figures, "
			"and no picture shows them.",
			left_out.invalid, left_out.trials);
	if (left_out.invalid > REPORT_LEFT_OUT_MAX)
		html_say(report->out, " The first %d are listed.",
			REPORT_LEFT_OUT_MAX);
	if (torn)
		html_say(report->out,
			" %s ends in an incomplete row, which was left out.",
			trial_schema.file);
	fputs("</p>\n", report->out);
	return 0;
}
