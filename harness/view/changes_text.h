/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What changed between runs, in a sentence for each metric, with the cells by
 * name: a reader who has no time reads no more. One thread.
 */
#ifndef HARNESS_VIEW_CHANGES_TEXT_H
#define HARNESS_VIEW_CHANGES_TEXT_H

#include <stdio.h>

#include "harness/analysis/comparison.h"
#include "harness/analysis/history.h"

/* A cell has changed if the 95 % interval of its ratio has no 1 in it. */
void changes_write_comparison(FILE *out, const struct comparison *comparison);

/*
 * Of the last run, compared with the run before: a cell has changed if the
 * intervals of its two ratios do not overlap.
 */
void changes_write_history(FILE *out, const struct history *history);

#endif
