/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How throughput grows with concurrency. The cells of a summary that differ in
 * concurrency alone are a sweep, and a curve (usl.h) is fitted to each sweep of
 * at least USL_POINTS_MIN concurrencies. Open loops are left out: arrivals
 * decide their throughput. To show how far a curve can be trusted, each point
 * is also predicted from all other points.
 *
 * A scaling belongs to one thread at a time.
 */
#ifndef HARNESS_ANALYSIS_SCALING_H
#define HARNESS_ANALYSIS_SCALING_H

#include "harness/analysis/usl.h"
#include "harness/base/error.h"
#include "harness/runs/summary.h"

/* A point of a sweep. Meanings and units stand in scaling_schema. */
struct scaling_row {
	uint64_t curve; /* from 1; usl, knee and pays_until are the curve's */
	struct summary_row cell; /* its concurrency is the point's */
	struct usl usl;
	double knee;       /* NaN: none, throughput never falls */
	double pays_until; /* NaN: none, doubling always pays */
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
 * -1 with *err (may be NULL), also if no sweep has enough concurrencies.
 */
int scaling_create(struct scaling **out, const struct summary *summary,
	struct fr_error *err);

/* NULL is accepted. */
void scaling_free(struct scaling *scaling);

/* Points *first at the rows of a curve. Returns the number of rows. */
size_t scaling_curve(const struct scaling *scaling, size_t curve,
	const struct scaling_row **first);

/*
 * The least concurrency whose double was measured too and gained less than
 * USL_PAYS; 0: there is none.
 */
uint64_t scaling_stops_at(const struct scaling_row *rows, size_t count);

#endif
