/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and frees reports; their columns and words. Nothing here judges. */
#include "harness/gate/check.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/record/columns.h"

const char *const check_verdict_names[CHECK_VERDICT_COUNT] = {
	[CHECK_PASS] = "PASS",
	[CHECK_IMPROVED] = "IMPROVED",
	[CHECK_REGRESSED] = "REGRESSED",
	[CHECK_INCONCLUSIVE] = "INCONCLUSIVE",
	[CHECK_INVALID] = "INVALID",
};

const char *const check_role_names[CHECK_ROLE_COUNT] = {
	[CHECK_GATED] = "gated",
	[CHECK_INFORMATIVE] = "informative",
	[CHECK_CONTROL] = "control",
};

const enum exit_status check_exit_statuses[CHECK_VERDICT_COUNT] = {
	[CHECK_PASS] = EXIT_OK,
	[CHECK_IMPROVED] = EXIT_OK,
	[CHECK_REGRESSED] = EXIT_REGRESSION,
	[CHECK_INCONCLUSIVE] = EXIT_INCONCLUSIVE,
	[CHECK_INVALID] = EXIT_INVALID,
};

_Static_assert(sizeof(enum check_verdict) == sizeof(unsigned) &&
		sizeof(enum check_role) == sizeof(unsigned),
	"a word is stored as an unsigned");

#define ROW struct check_row
static const struct column check_columns[] = {
	COLUMN(scenario, "", "The cell's settings but its strategy."),
	COLUMN(strategy, "", "The cell's strategy."),
	COLUMN(metric, "", "What was compared."),
	COLUMN_AS(COLUMN_WORD, "role", role, "", .words = check_role_names,
		.word_count = CHECK_ROLE_COUNT,
		.meaning = "`gated`: can fail the check; `informative`: "
			   "cannot; `control`: base against a copy of base."),
	COLUMN_AS(COLUMN_WORD, "verdict", verdict, "",
		.words = check_verdict_names, .word_count = CHECK_VERDICT_COUNT,
		.meaning = "The finding; docs/METHOD.md defines the verdicts."),
	COLUMN(unit, "", "The unit of base and head."),
	COLUMN(base, "", "Median of base's trials."),
	COLUMN(head, "", "Median of head's trials."),
	COLUMN(ratio, "", "Head / base, of the median block."),
	COLUMN(ci_lo, "", "Low end of the ratio's interval."),
	COLUMN(ci_hi, "", "High end of the ratio's interval."),
	COLUMN(margin, "", "Slow-down tolerated: 0.05 is 5 %."),
	COLUMN(p, "", "p-value: head is slower by at most the margin."),
	COLUMN(p_holm, "", "p, adjusted for all gated rows together."),
	COLUMN(n_blocks, "blocks", "Blocks judged."),
	COLUMN(voids, "blocks", "Blocks left out."),
	COLUMN(mde, "", "Least slow-down found nine times in ten."),
	COLUMN(r1, "", "Correlation of a block with the one before."),
	COLUMN(reason, "", "The reason, if the figures do not show it."),
};
const struct row_schema check_schema = SCHEMA_OF(check_columns, "check.csv");
#undef ROW

void check_row_init(struct check_row *row)
{
	memset(row, 0, sizeof(*row));
	row->base = row->head = NAN;
	row->ratio = row->ci_lo = row->ci_hi = NAN;
	row->p = row->p_holm = row->mde = row->r1 = NAN;
}

void check_row_say(struct check_row *row, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(row->reason, sizeof(row->reason), format, args);
	va_end(args);
}

int check_report_create(struct check_report **out, size_t count)
{
	struct check_report *report = calloc(1, sizeof(*report));

	*out = NULL;
	if (!report)
		return -ENOMEM;
	report->rows = calloc(count + 1, sizeof(*report->rows));
	if (!report->rows) {
		free(report);
		return -ENOMEM;
	}
	report->count = count;
	for (size_t i = 0; i < count; i++)
		check_row_init(&report->rows[i]);
	*out = report;
	return 0;
}

void check_report_free(struct check_report *report)
{
	if (!report)
		return;
	free(report->rows);
	free(report);
}
