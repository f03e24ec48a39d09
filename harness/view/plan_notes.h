/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes on where a plan differs from what was asked for. */
#ifndef HARNESS_VIEW_PLAN_NOTES_H
#define HARNESS_VIEW_PLAN_NOTES_H

#include <stdio.h>

#include "harness/base/texts.h"
#include "harness/plan/plan.h"

/* Says which cells run at a lower concurrency than was asked for. */
void plan_notes_clamped(FILE *out, const struct plan *plan);

/*
 * If `words`, the strategies that were asked for, have "all": says which
 * strategies of it cannot run here, and why.
 */
void plan_notes_skipped(
	FILE *out, const struct plan *plan, const struct texts *words);

/* Warns of entries of exclude that match no cell: a mistake. */
void plan_notes_idle(
	FILE *out, const struct plan *plan, const struct texts *entries);

#endif
