/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures by group, ready to be shown: rows that begin with the keys of a group
 * and the name of a metric, and the table of their columns, which depends on
 * the keys. A listing belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_LISTING_H
#define HARNESS_RUNS_LISTING_H

#include "harness/runs/grouping.h"
#include "harness/runs/measures.h"

enum {
	LISTING_METRICS_MAX = 12,
	LISTING_FIGURES_MAX = 12, /* columns behind the keys */
	LISTING_REFERENCE_MAX = 64,
};

/* What every row begins with. */
struct listing_head {
	struct trial_row keys; /* as in struct grouping */
	char metric[32];
	char unit[16]; /* of the columns whose unit is LISTING_UNIT */
};
#define LISTING_UNIT "as told"

/* The columns of the head, to be written with record/columns.h. */
/* clang-format off */
#define LISTING_METRIC(of_the_unit) \
	COLUMN_NAMED("metric", head.metric, "", "What the figures are of."), \
	COLUMN_NAMED("unit", head.unit, "", of_the_unit)
/* clang-format on */

struct listing {
	bool torn;   /* a trials.csv ends in half a row */
	bool pooled; /* of requests put together: no trials, no interval */
	char reference
		[LISTING_REFERENCE_MAX]; /* what ratios are to; "": none */
	const char *notes; /* a paragraph below a table; NULL: the usual */
	size_t key_count;  /* the first columns are keys: how many */
	size_t groups;     /* rows of a metric */
	size_t metrics;    /* the rows of the first metric come first */
	void *rows;        /* owned */
	struct column columns[GROUPING_KEYS_MAX + LISTING_FIGURES_MAX];
	struct row_schema schema; /* of the rows; its columns are those */
};

/*
 * Makes an empty listing with a row for each group and metric. Its columns are
 * the keys of the grouping, then those of `figures` (at most
 * LISTING_FIGURES_MAX), whose row begins with a struct listing_head. NULL: out
 * of memory.
 */
struct listing *listing_create(const struct grouping *grouping, size_t metrics,
	const struct row_schema *figures);

/* Row i, which begins with a struct listing_head. */
void *listing_row(const struct listing *listing, size_t i);

/*
 * Fills in the figures of a row, whose head is filled in already, for a group
 * and a measure. Returns 0 or -ENOMEM.
 */
typedef int listing_row_fn(
	void *row, size_t group, size_t measure, const void *ctx);

/*
 * Fills in the rows of a listing made for the grouping: all groups, sorted,
 * with the first measure, then all groups with the next one. Returns 0 or
 * -ENOMEM.
 */
int listing_fill(struct listing *listing, const struct grouping *grouping,
	const struct measure *measures, listing_row_fn *fill, const void *ctx);

/* NULL is accepted. */
void listing_free(struct listing *listing);

/*
 * Looks up the metrics in `names`, which has commas between them. Returns 0, or
 * -1 with *err saying which metric is unknown, or that there are too many.
 */
int listing_measures(struct measure measures[LISTING_METRICS_MAX],
	size_t *count, const struct measure_set *set, const char *names,
	struct fr_error *err);

#endif
