/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and frees reports, and names verdicts. Nothing here judges. */
#include "harness/gate/check.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

void check_row_init(struct check_row *row)
{
	memset(row, 0, sizeof(*row));
	row->base = row->head = NAN;
	row->ratio = row->ci_lo = row->ci_hi = NAN;
	row->p = row->p_holm = row->mde = row->r1 = NAN;
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

enum exit_status check_exit_status(enum check_verdict verdict)
{
	switch (verdict) {
	case CHECK_PASS:
	case CHECK_IMPROVED:
		break;
	case CHECK_REGRESSED:
		return EXIT_REGRESSION;
	case CHECK_INCONCLUSIVE:
		return EXIT_INCONCLUSIVE;
	case CHECK_INVALID:
		return EXIT_INVALID;
	}
	return EXIT_OK;
}
