/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that make a summary: the cells while they are filled in. */
#ifndef HARNESS_RUNS_SUMMARY_CELLS_H
#define HARNESS_RUNS_SUMMARY_CELLS_H

#include "harness/account/cause.h"
#include "harness/runs/collection.h"
#include "harness/runs/summary.h"

struct summary_cell {
	struct summary_row row;
	struct causes causes; /* of its valid trials' failed requests */
};

struct summary_builder {
	const struct summary_terms *terms;
	struct collection collection; /* a group of it is a cell */
	struct summary_cell *cells;   /* owned: one per group, by its index */
	size_t capacity;
	size_t *order; /* owned: the cells' indices, sorted by work and rank */
	char reference[SUMMARY_LABEL_MAX]; /* that of the terms, or the usual */
};

/* Looks up what is measured of a trial. Returns 0, or -1 with *err. */
int cells_measures(struct summary_builder *builder, struct fr_error *err);

/*
 * Fills in what each cell's own trials say, sorts the cells and compares them.
 * Returns 0, or -1 with *err saying why.
 */
int cells_estimate_and_rank(
	struct summary_builder *builder, struct fr_error *err);

#endif
