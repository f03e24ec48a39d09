/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check as people read it on a terminal. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/view/check_forms.h"

enum { METRIC_MAX = sizeof(((struct check_row *)0)->metric) + 8 };

/* "elapsed, ms": the metric, with its unit unless it is a count. */
static void format_metric(char metric[METRIC_MAX], const struct check_row *row)
{
	(void)snprintf(metric, METRIC_MAX, "%s%s", row->metric,
		strcmp(row->unit, "ns") == 0 ? ", ms" : "");
}

static void format_interval(
	char figure[FORMAT_MAX], const struct check_row *row)
{
	if (isnan(row->ci_lo) || isnan(row->ci_hi))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else
		(void)snprintf(figure, FORMAT_MAX, "%+.1f .. %+.1f",
			100 * (row->ci_lo - 1), 100 * (row->ci_hi - 1));
}

static void format_p(char figure[FORMAT_MAX], double p)
{
	if (isnan(p))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else if (p < 0.0001)
		(void)snprintf(figure, FORMAT_MAX, "<.0001");
	else
		(void)snprintf(figure, FORMAT_MAX, "%.4f", p);
}

static void write_row(FILE *out, const struct check_row *row)
{
	char metric[METRIC_MAX], base[FORMAT_MAX], head[FORMAT_MAX],
		change[FORMAT_MAX], interval[FORMAT_MAX], margin[FORMAT_MAX],
		p[FORMAT_MAX], mde[FORMAT_MAX];

	format_metric(metric, row);
	check_value(base, row, row->base);
	check_value(head, row, row->head);
	check_change(change, row->ratio);
	format_interval(interval, row);
	check_margin(margin, row);
	format_p(p, row->p_holm);
	check_change(mde, 1 + row->mde);
	fprintf(out,
		"  %-12s  %-20s %-15s %9s %9s %13s  %-16s %8s %6s %9s "
		"%4" PRIu64 " %5" PRIu64 "\n",
		row->role == CHECK_GATED ? check_verdict_names[row->verdict]
					 : check_role_names[row->role],
		row->strategy, metric, base, head, change, interval, margin, p,
		mde, row->n_blocks, row->voids);
}

/* Rows of one cell may have one reason, which is said under the last of them. */
static void write_reason(FILE *out, const struct check_report *report, size_t i)
{
	const struct check_row *row = &report->rows[i];
	const struct check_row *next = i + 1 < report->count ? row + 1 : NULL;

	/* Nobody asked whether an informative row passes. */
	if (row->role == CHECK_INFORMATIVE &&
		row->verdict == CHECK_INCONCLUSIVE)
		return;
	if (row->reason[0] &&
		(!next || strcmp(row->reason, next->reason) != 0 ||
			strcmp(row->scenario, next->scenario) != 0))
		fprintf(out, "  %-12s  %s\n", "", row->reason);
}

/*
 * A line for each row, by scenario, the reasons below, and what it comes to. A
 * check without an answer begins with that.
 */
int check_write_table(FILE *out, const struct check_report *report)
{
	const char *scenario = NULL;
	bool answered = report->verdict != CHECK_INVALID &&
		report->verdict != CHECK_INCONCLUSIVE;

	if (!answered)
		fprintf(out, "%s: %s\n", check_verdict_names[report->verdict],
			report->reason);
	fprintf(out, "base: %s\nhead: %s\n", report->base, report->head);
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];

		if (!scenario || strcmp(scenario, row->scenario) != 0)
			fprintf(out,
				"\n%s\n  %-12s  %-20s %-15s %9s %9s %13s  "
				"%-16s %8s %6s %9s %4s %5s\n",
				row->scenario, "verdict", "strategy", "metric",
				"base", "head", "paired change", "interval, %",
				"margin", "p", "detects", "n", "voids");
		scenario = row->scenario;
		write_row(out, row);
		write_reason(out, report, i);
	}
	fprintf(out, "\n%s\n%s", check_legend,
		check_verdict_names[report->verdict]);
	fprintf(out, "%s%s\n", answered ? ": " : "",
		answered ? report->reason : "");
	return 0;
}
