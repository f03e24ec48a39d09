/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/breakdown.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/series.h"
#include "harness/judge/summary.h"
#include "harness/judge/trials.h"
#include "harness/record/columns.h"

#define ROW struct breakdown_row
/* clang-format off */
#define PART(its_name, member, its_unit, its_meaning) \
	COLUMN_AS(COLUMN_REAL, its_name, member, its_unit, \
		.meaning = its_meaning)
/* clang-format on */
static const struct column columns[] = {
	COLUMN_AS(COLUMN_TEXT, "metric", head.metric, "",
		.meaning = "What the figures are of."),
	COLUMN_AS(COLUMN_TEXT, "unit", head.unit, "",
		.meaning = "Unit of the next five."),
	PART("median", median.value, LISTING_UNIT,
		"Median over the group's trials."),
	PART("low", median.low, LISTING_UNIT, "Low end of its interval."),
	PART("high", median.high, LISTING_UNIT, "High end of its interval."),
	PART("least", least, LISTING_UNIT, "The least of them."),
	PART("most", most, LISTING_UNIT, "The most of them."),
	COLUMN(trials, "trials", "Valid trials that have the figure."),
	PART("ratio", ratio.value, "ratio",
		"This over the reference's, by block."),
	PART("ratio_low", ratio.low, "ratio", "Low end of its interval."),
	PART("ratio_high", ratio.high, "ratio", "High end of its interval."),
};
#undef ROW

static const struct row_schema breakdown_schema = {
	.file = "breakdown",
	.row_size = sizeof(struct breakdown_row),
	.columns = columns,
	.count = COLUMN_COUNT_OF(columns),
};
_Static_assert(COLUMN_COUNT_OF(columns) <= LISTING_FIGURES_MAX, "they fit");
_Static_assert((int)LISTING_METRICS_MAX <= (int)SERIES_FIGURES_MAX, "fits");

/* A breakdown being made. */
struct making {
	struct grouping grouping;
	struct measure measures[LISTING_METRICS_MAX];
	size_t measure_count;
	struct series *series; /* owned; one per group */
	size_t capacity;
};

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct making *making = ctx;
	size_t known = making->grouping.count, group;

	if (!trial_gives_figures(trial))
		return 0;
	if (array_grow((void **)&making->series, known, &making->capacity,
		    sizeof(*making->series)))
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	if (grouping_find(&making->grouping, trial, &group, err))
		return -1;
	if (group == known)
		making->series[group] = (struct series){.points = NULL};
	if (series_add(&making->series[group], run, trial, making->measures,
		    making->measure_count))
		return fr_error_set(err, EXIT_INVALID,
			"more trials than memory or the limit of %d hold",
			SERIES_POINTS_MAX);
	return 0;
}

/* A group's figures for metric m; returns 0 or -1. */
static int fill_row(struct breakdown_row *row, const struct making *making,
	size_t group, size_t m, const char *reference)
{
	const struct series *series = &making->series[group];
	size_t beside = grouping_reference(&making->grouping, group, reference);
	double *values = calloc(series->count + 1, sizeof(*values));

	if (!values)
		return -1;
	row->trials = series_values(series, m, values);
	row->median = stats_median(values, row->trials);
	row->least = stats_quantile(values, row->trials, 0);
	row->most = stats_quantile(values, row->trials, 1);
	row->ratio = beside == GROUPING_NONE
		? (struct estimate){NAN, NAN, NAN}
		: series_ratio(series, &making->series[beside], m);
	free(values);
	return 0;
}

static int fill(struct listing *listing, const struct making *making)
{
	size_t groups = making->grouping.count;
	size_t *order = calloc(groups, sizeof(*order));
	int rc = 0;

	if (!order)
		return -1;
	grouping_sort(&making->grouping, order);
	for (size_t i = 0; i < groups; i++)
		series_sort(&making->series[i]);
	for (size_t i = 0; i < groups * listing->metrics && !rc; i++) {
		size_t group = order[i % groups], m = i / groups;

		listing_head(listing, i, &making->grouping.groups[group],
			&making->measures[m]);
		rc = fill_row(listing_row(listing, i), making, group, m,
			listing->reference);
	}
	free(order);
	return rc;
}

static int make(struct listing **out, const struct making *making,
	const struct breakdown_terms *terms, struct fr_error *err)
{
	const char *reference =
		terms->reference ? terms->reference : SUMMARY_REFERENCE;
	bool strict = terms->reference && !terms->lenient;
	struct listing *listing;

	if (!making->grouping.count)
		return fr_error_set(err, EXIT_INVALID,
			"no valid trial outside warm-up: no figure to show");
	if (!grouping_has_reference(
		    &making->grouping, reference, strict ? err : NULL)) {
		if (strict)
			return -1;
		reference = "";
	}
	listing = listing_create(
		&making->grouping, making->measure_count, &breakdown_schema);
	if (!listing)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	(void)snprintf(listing->reference, sizeof(listing->reference), "%s",
		reference);
	if (fill(listing, making)) {
		listing_free(listing);
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	}
	*out = listing;
	return 0;
}

int breakdown_create(struct listing **out, const char *const *run_dirs,
	size_t runs, const struct breakdown_terms *terms, struct fr_error *err)
{
	struct making making = {.measure_count = 0};
	bool torn = false;
	int rc = grouping_init(&making.grouping, terms->keys, err);

	*out = NULL;
	if (!rc)
		rc = listing_measures(making.measures, &making.measure_count,
			&trial_measures, terms->metrics, err);
	if (!rc)
		rc = trials_read(
			run_dirs, runs, take_trial, &making, &torn, err);
	if (!rc)
		rc = make(out, &making, terms, err);
	if (!rc)
		(*out)->torn = torn;
	for (size_t i = 0; i < making.grouping.count; i++)
		series_release(&making.series[i]);
	free(making.series);
	grouping_release(&making.grouping);
	return rc;
}
