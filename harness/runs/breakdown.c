/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/breakdown.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/record/columns.h"
#include "harness/runs/collection.h"
#include "harness/runs/summary.h"

#define ROW struct breakdown_row
static const struct column columns[] = {
	LISTING_METRIC("Unit of the next five."),
	COLUMN_NAMED("median", median.value, LISTING_UNIT,
		"Median over the group's trials."),
	COLUMN_NAMED(
		"low", median.low, LISTING_UNIT, "Low end of its interval."),
	COLUMN_NAMED(
		"high", median.high, LISTING_UNIT, "High end of its interval."),
	COLUMN(least, LISTING_UNIT, "The least of them."),
	COLUMN(most, LISTING_UNIT, "The most of them."),
	COLUMN(trials, "trials", "Valid trials that have the figure."),
	COLUMNS_OF_ESTIMATE("ratio", "", ratio, "ratio",
		"This over the reference's, by block."),
	COLUMN(failed, "requests", "Requests of its valid trials that failed."),
};
static const struct row_schema breakdown_schema =
	SCHEMA_OF(columns, "breakdown");
#undef ROW
_Static_assert(COLUMN_COUNT_OF(columns) <= LISTING_FIGURES_MAX, "they fit");

/* What rows are made of. */
struct source {
	const struct collection *collection;
	const char *reference;
};

static int fill_row(void *to, size_t group, size_t measure, const void *ctx)
{
	struct breakdown_row *row = to;
	const struct source *source = ctx;
	const struct collection *collection = source->collection;
	const struct series *series = collection_series(collection, group);
	size_t beside = grouping_reference(&collection->grouping, NULL,
		collection->grouping.count, group, source->reference);
	double *values = calloc(series->count + 1, sizeof(*values));
	int rc = 0;

	if (!values)
		return -ENOMEM;
	row->trials = series_values(series, measure, values);
	row->median = stats_median(values, row->trials);
	row->least = stats_quantile(values, row->trials, 0);
	row->most = stats_quantile(values, row->trials, 1);
	row->failed = series_failed(series);
	row->ratio = (struct estimate){NAN, NAN, NAN};
	if (beside != GROUPING_NONE &&
		series_comparable(series, collection_series(collection, beside),
			&collection->measures[measure]))
		rc = series_ratio(&row->ratio, series,
			collection_series(collection, beside), measure);
	free(values);
	return rc;
}

static int make(struct listing **out, const struct collection *collection,
	const struct breakdown_terms *terms, struct fr_error *err)
{
	struct source source = {.collection = collection,
		.reference = terms->reference ? terms->reference
					      : SUMMARY_REFERENCE};
	bool strict = terms->reference && !terms->lenient;
	struct listing *listing;

	if (!collection->grouping.count)
		return fr_error_set(err, EXIT_INVALID,
			"no valid trial outside warm-up: no figure to show");
	if (!grouping_has_reference(&collection->grouping, source.reference,
		    strict ? err : NULL)) {
		if (strict)
			return -1;
		source.reference = "";
	}
	listing = listing_create(&collection->grouping,
		collection->measure_count, &breakdown_schema);
	if (!listing ||
		listing_fill(listing, &collection->grouping,
			collection->measures, fill_row, &source)) {
		listing_free(listing);
		return fr_error_memory(err);
	}
	(void)snprintf(listing->reference, sizeof(listing->reference), "%s",
		source.reference);
	listing->torn = collection->torn;
	*out = listing;
	return 0;
}

int breakdown_create(struct listing **out, const char *const *run_dirs,
	size_t runs, const struct breakdown_terms *terms, struct fr_error *err)
{
	const struct collection_terms its = {
		.keys = terms->keys, .metrics = terms->metrics};
	struct collection collection;
	int rc = collection_init(&collection, run_dirs, runs, &its, err);

	*out = NULL;
	if (!rc)
		rc = make(out, &collection, terms, err);
	collection_release(&collection);
	return rc;
}
