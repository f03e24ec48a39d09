/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a check's rows in CSV and JSON. */
#include "harness/gate/check.h"

#include "harness/record/columns.h"

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
