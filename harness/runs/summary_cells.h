/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files a summary is made by: the cells while they are filled. */
#ifndef HARNESS_RUNS_SUMMARY_CELLS_H
#define HARNESS_RUNS_SUMMARY_CELLS_H

#include "harness/judge/cause.h"
#include "harness/runs/series.h"
#include "harness/runs/summary.h"

struct cell {
	struct summary_row row;
	struct series series; /* its valid trials */
	struct causes causes; /* of all requests of those */
};

/* A summary being made. */
struct making {
	const struct summary_terms *terms;
	struct measure measures[SERIES_FIGURES_MAX];
	size_t measure_count;
	char reference[SUMMARY_LABEL_MAX]; /* that of the terms, or the usual */
	struct cell *cells;                /* owned */
	uint32_t *index; /* owned: hashed places of cells, from 1; 0: none */
	size_t count, capacity;
	uint64_t groups;
};

/* Looks up what is measured of a trial. Returns 0, or -1 with *err. */
int cells_measures(struct making *making, struct fr_error *err);

/*
 * Fills in what each cell's own trials say, sorts the cells and compares them.
 * Returns 0, or -1 with *err saying why.
 */
int cells_estimate_and_rank(struct making *making, struct fr_error *err);

#endif
