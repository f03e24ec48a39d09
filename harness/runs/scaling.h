/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How throughput grows with concurrency: the cells of a summary that differ in
 * nothing else are a sweep, and each sweep of at least USL_POINTS_MIN
 * concurrencies gets a curve fitted (usl.h). Open loops are left out: arrivals
 * decide their throughput. To see how far a curve can be trusted, each point
 * is also predicted from all the others.
 *
 * A scaling belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_SCALING_H
#define HARNESS_RUNS_SCALING_H

#include "harness/base/error.h"
#include "harness/runs/summary.h"
#include "harness/runs/usl.h"

/* A point of a sweep. Meanings and units stand in scaling_schema. */
struct scaling_row {
	uint64_t curve; /* from 1; what follows up to knee is its own */
	struct summary_row cell; /* its concurrency is the point's */
	struct usl usl;
	double knee;       /* NaN: none, throughput rises for ever */
	double pays_until; /* NaN: likewise, doubling pays for ever */
	double fitted;     /* requests/s, like cell.throughput */
	double residual;   /* measured / fitted - 1 */
	double left_out;   /* predicted without it / measured - 1 */
	double gain; /* of doubling it: measured at 2 N / at N - 1; or NaN */
};

extern const struct row_schema scaling_schema;

struct scaling {
	size_t curves, count;
	struct scaling_row *rows; /* owned; by curve, then concurrency */
};

/*
 * Fits all sweeps of the summary. *out is the caller's to free. Returns 0, or
 * -1 with *err (may be NULL); no sweep of enough concurrencies is an error
 * too.
 */
int scaling_create(struct scaling **out, const struct summary *summary,
	struct fr_error *err);

/* NULL is accepted. */
void scaling_free(struct scaling *scaling);

/* The rows of a curve: the first in *first; returns how many. */
size_t scaling_curve(const struct scaling *scaling, size_t curve,
	const struct scaling_row **first);

/*
 * The least concurrency of the curve of which the double was measured too, and
 * gained less than USL_PAYS; 0: there is none.
 */
uint64_t scaling_stops_at(const struct scaling_row *rows, size_t count);

#endif
