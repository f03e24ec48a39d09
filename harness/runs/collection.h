/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trials of runs, collected by any columns: a series for each group, or for
 * each run and group, and the rows that are made of them. A collection belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_COLLECTION_H
#define HARNESS_RUNS_COLLECTION_H

#include "harness/runs/grouping.h"
#include "harness/runs/listing.h"
#include "harness/runs/measures.h"
#include "harness/runs/series.h"

/* What is collected. */
struct collection_terms {
	const char *keys;    /* columns to group by, commas between */
	const char *metrics; /* at most LISTING_METRICS_MAX, commas between */
	bool apart;          /* a series for each run, not for all of them */
};

struct collection {
	struct grouping grouping;
	struct measure measures[SERIES_FIGURES_MAX];
	size_t measure_count;
	size_t sides;          /* series of a group: one for each run, or one */
	struct series *series; /* owned; those of a group together, sorted */
	size_t capacity;       /* of series, in groups */
	bool torn;             /* a trials.csv ends in half a row */
};

/*
 * Reads trials.csv of each of run_dirs (at least one) and collects the trials
 * that give figures. Returns 0, or -1 with *err saying what is wrong with a
 * file or the terms. The caller releases the collection in either case.
 */
int collection_init(struct collection *collection, const char *const *run_dirs,
	size_t runs, const struct collection_terms *terms,
	struct fr_error *err);

/*
 * Adds a trial to its group, which *group tells; the first trial of a group
 * makes the group. A trial without figures adds no point. Returns 0, or -1
 * with *err. The collection is one that collection_init made, or it is zeros
 * but for its grouping, measures and sides.
 */
int collection_add(struct collection *collection, size_t run,
	const struct trial_row *trial, size_t *group, struct fr_error *err);

void collection_release(struct collection *collection);

/* A group's series: `sides` of them, in the order of the runs. */
const struct series *collection_series(
	const struct collection *collection, size_t group);

#endif
