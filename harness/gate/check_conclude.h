/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the verdicts of all rows come to, and why; and how a second set of blocks
 * confirms them. Pure functions; any thread.
 */
#ifndef HARNESS_GATE_CHECK_CONCLUDE_H
#define HARNESS_GATE_CHECK_CONCLUDE_H

#include <stdbool.h>

#include "harness/gate/check.h"

/*
 * Sets the report's verdict, which is the worst one of its gated rows, and its
 * reason: how many rows have it and, if there is no answer, why and what to do.
 */
void check_conclude(struct check_report *report);

/*
 * A row whose head fails more requests neither passes nor improves, because
 * failing fast is not being fast. A gated row of failures counts only once it is
 * confirmed.
 */
void check_heed_failures(struct check_report *report, bool confirmed);

/*
 * Compares the rows that regressed with the same rows of a second set of
 * blocks. A row stays regressed only if the second set regressed, too; it is
 * invalid if the second set has no such row. Sets the overall verdict anew.
 */
void check_confirm(
	struct check_report *report, const struct check_report *second);

/* Makes all rows and the report invalid, for a reason other than figures. */
void check_refuse(struct check_report *report, const char *reason);

#endif
