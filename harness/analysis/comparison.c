/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/comparison.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/host_difference.h"
#include "harness/analysis/unpaired.h"
#include "harness/record/columns.h"
#include "harness/record/csv.h"
#include "harness/runs/collection.h"
#include "harness/runs/trials.h"

#define ROW struct comparison_row
static const struct column columns[] = {
	LISTING_METRIC("Unit of the next two."),
	COLUMN(base, LISTING_UNIT, "Median over the base run's trials."),
	COLUMN(new, LISTING_UNIT, "Median over the new run's trials."),
	COLUMNS_OF_ESTIMATE("ratio", "", ratio, "ratio", "new / base."),
	COLUMN(base_trials, "trials", "Valid trials of the base run."),
	COLUMN(new_trials, "trials", "Valid trials of the new run."),
	COLUMN(base_failed, "requests",
		"Requests that failed in the base run's trials."),
	COLUMN(new_failed, "requests",
		"Requests that failed in the new run's trials."),
};
static const struct row_schema comparison_schema =
	SCHEMA_OF(columns, "comparison");
#undef ROW
_Static_assert(COLUMN_COUNT_OF(columns) <= LISTING_FIGURES_MAX, "they fit");

/* What identifies a cell, and the other setting of a run. */
#define SETTINGS GROUPING_BY_CELL ",seed"

/* The value of a setting in a run, if all its trials have the same. */
struct survey_value {
	char value[ROWS_TEXT_MAX];
	bool seen, varies;
};

struct survey {
	struct grouping names; /* the settings are its keys; no groups */
	struct survey_value settings[COMPARISON_RUNS][GROUPING_KEYS_MAX];
};

static int survey_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct survey *survey = ctx;

	(void)err;
	for (size_t k = 0; k < survey->names.key_count; k++) {
		struct survey_value *seen_value = &survey->settings[run][k];
		const struct column *column = &survey->names.keys[k];
		char text[ROWS_TEXT_MAX];

		/* The seed of a run is that of its first block (plan_seed). */
		if (strcmp(column->name, "seed") == 0 && trial->block != 1)
			continue;
		csv_member(text, column, trial);
		if (!seen_value->seen)
			memcpy(seen_value->value, text, sizeof(text));
		else if (strcmp(seen_value->value, text) != 0)
			seen_value->varies = true;
		seen_value->seen = true;
	}
	return 0;
}

/* Notes what the runs differ in; all other settings become keys. */
static void conclude(const struct survey *survey, struct comparison *comparison,
	char *keys, size_t size)
{
	keys[0] = '\0';
	for (size_t k = 0; k < survey->names.key_count; k++) {
		const char *name = survey->names.keys[k].name;
		const struct survey_value *base =
			&survey->settings[COMPARISON_BASE][k];
		const struct survey_value *new =
			&survey->settings[COMPARISON_NEW][k];
		size_t used = strlen(keys);

		if (base->seen && new->seen && !base->varies && !new->varies &&
			strcmp(base->value, new->value) != 0) {
			difference_add(comparison->differs,
				sizeof(comparison->differs), name, base->value,
				new->value);
			comparison->settings++;
		} else if (strcmp(name, "seed") != 0) {
			(void)snprintf(keys + used, size - used, "%s%s",
				used ? "," : "", name);
		}
	}
	/* If all settings differ, each run has one cell. */
	if (!keys[0])
		(void)snprintf(keys, size, "suite");
}

static int fill_row(void *to, size_t group, size_t measure, const void *ctx)
{
	struct comparison_row *row = to;
	const struct collection *collection = ctx;
	const struct series *series = collection_series(collection, group);
	const struct series *old = &series[COMPARISON_BASE];
	const struct series *new = &series[COMPARISON_NEW];
	double *values = calloc(old->count + new->count + 1, sizeof(*values));
	double *fresh;
	int rc = 0;

	if (!values)
		return -ENOMEM;
	fresh = values + old->count;
	row->base_trials = series_values(old, measure, values);
	row->new_trials = series_values(new, measure, fresh);
	row->base = stats_quantile(values, row->base_trials, 0.5);
	row->new = stats_quantile(fresh, row->new_trials, 0.5);
	row->ratio = (struct estimate){NAN, NAN, NAN};
	row->base_failed = series_failed(old);
	row->new_failed = series_failed(new);
	row->fails_more = failing_more(new->failing, old->failing);
	/* There is no ratio to 0. */
	if (row->base_trials && row->new_trials && values[0] > 0 &&
		fresh[0] > 0 &&
		series_comparable(old, new, &collection->measures[measure]))
		rc = unpaired_ratio(&row->ratio, fresh, row->new_trials, values,
			row->base_trials);
	free(values);
	return rc;
}

static bool any_in_both(const struct collection *collection)
{
	for (size_t i = 0; i < collection->grouping.count; i++) {
		const struct series *series = collection_series(collection, i);

		if (series[COMPARISON_BASE].count &&
			series[COMPARISON_NEW].count)
			return true;
	}
	return false;
}

static int make(struct comparison *comparison,
	const struct collection *collection, const char *base,
	struct fr_error *err)
{
	struct listing *listing;

	if (!any_in_both(collection))
		return fr_error_set(err, EXIT_INVALID,
			"the runs have no cell in common with a valid trial");
	listing = listing_create(&collection->grouping,
		collection->measure_count, &comparison_schema);
	if (!listing)
		return fr_error_memory(err);
	comparison->listing = listing;
	listing->notes = "Of valid trials. ratio: new / base, of the medians; "
			 "its 95 % interval is a bootstrap of both, "
			 "from 6 trials on. The runs were not interleaved: "
			 "the ratio includes all that changed between them. "
			 "changed: the interval has no 1 in it, as about 1 "
			 "in 20 would by chance.";
	(void)row_text(listing->reference, sizeof(listing->reference), base,
		strlen(base));
	listing->torn = collection->torn;
	return listing_fill(listing, &collection->grouping,
		       collection->measures, fill_row, collection)
		? fr_error_memory(err)
		: 0;
}

int comparison_init(struct comparison *comparison,
	const char *const run_dirs[COMPARISON_RUNS], const char *metrics,
	struct fr_error *err)
{
	char keys[512];
	const struct collection_terms terms = {
		.keys = keys, .metrics = metrics, .apart = true};
	struct collection collection;
	struct survey survey = {.names.key_count = 0};
	bool torn;
	int rc = grouping_init(&survey.names, SETTINGS, err);

	*comparison = (struct comparison){.listing = NULL};
	if (!rc)
		rc = trials_read(run_dirs, COMPARISON_RUNS, survey_trial,
			&survey, &torn, err);
	if (rc)
		return rc;
	conclude(&survey, comparison, keys, sizeof(keys));
	if (host_difference(
		    run_dirs, comparison->hosts, sizeof(comparison->hosts)))
		return fr_error_memory(err);
	rc = collection_init(
		&collection, run_dirs, COMPARISON_RUNS, &terms, err);
	if (!rc)
		rc = make(comparison, &collection, run_dirs[COMPARISON_BASE],
			err);
	collection_release(&collection);
	return rc;
}

void comparison_release(struct comparison *comparison)
{
	listing_free(comparison->listing);
	comparison->listing = NULL;
}
