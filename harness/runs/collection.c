/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/collection.h"

#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/runs/trials.h"

_Static_assert((int)LISTING_METRICS_MAX <= (int)SERIES_FIGURES_MAX, "fits");

const struct series *collection_series(
	const struct collection *collection, size_t group)
{
	return &collection->series[group * collection->sides];
}

int collection_add(struct collection *collection, size_t run,
	const struct trial_row *trial, size_t *group, struct fr_error *err)
{
	size_t known = collection->grouping.count;
	size_t size = collection->sides * sizeof(*collection->series);
	struct series *series;

	if (array_grow((void **)&collection->series, known,
		    &collection->capacity, size))
		return fr_error_memory(err);
	if (grouping_find(&collection->grouping, trial, group, err))
		return -1;
	series = &collection->series[*group * collection->sides];
	if (*group == known)
		memset(series, 0, size);
	if (collection->sides > 1)
		series += run;
	if (trial_verdict_counts(trial->verdict) &&
		series_add(series, run, trial, collection->measures,
			collection->measure_count))
		return fr_error_set(err, EXIT_INVALID,
			"out of memory, or more than %d trials in a group",
			SERIES_POINTS_MAX);
	return 0;
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	size_t group;

	return trial_verdict_counts(trial->verdict)
		? collection_add(ctx, run, trial, &group, err)
		: 0;
}

/* How many series there are of all groups. */
static size_t series_count(const struct collection *collection)
{
	return collection->grouping.count * collection->sides;
}

int collection_init(struct collection *collection, const char *const *run_dirs,
	size_t runs, const struct collection_terms *terms, struct fr_error *err)
{
	int rc;

	*collection = (struct collection){.sides = terms->apart ? runs : 1};
	rc = grouping_init(&collection->grouping, terms->keys, err);
	if (!rc)
		rc = listing_measures(collection->measures,
			&collection->measure_count, &trial_measures,
			terms->metrics, err);
	if (!rc)
		rc = trials_read(run_dirs, runs, take_trial, collection,
			&collection->torn, err);
	for (size_t i = 0; i < series_count(collection); i++)
		series_sort(&collection->series[i]);
	return rc;
}

void collection_release(struct collection *collection)
{
	for (size_t i = 0; i < series_count(collection); i++)
		series_release(&collection->series[i]);
	free(collection->series);
	grouping_release(&collection->grouping);
}
