/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which cell leads so far, while a race goes on: the one with the least median
 * total time among the cells that did the same work. It is no result: the table
 * has intervals, and knows of failures. One thread.
 */
#ifndef HARNESS_VIEW_LEADER_H
#define HARNESS_VIEW_LEADER_H

#include "harness/record/rows.h"
#include "harness/runs/summary.h"

struct leader_cell;

/* All zero: no trial so far. */
struct leaders {
	struct leader_cell *cells;
	size_t count;
};

/*
 * Adds a trial. Warm-up, trials that are not valid, the null strategy, and all
 * trials of a cell of which a request failed do not count. Without memory the
 * trial is forgotten.
 */
void leaders_add(struct leaders *leaders, const struct trial_row *row);

/*
 * The cell that leads those with the work of `like`, and its median. Returns
 * whether there is one, with at least one other behind it.
 */
bool leaders_find(const struct leaders *leaders, const struct trial_row *like,
	char label[SUMMARY_LABEL_MAX], double *total_ns);

void leaders_release(struct leaders *leaders);

#endif
