/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/host_difference.h"
#include "harness/judge/series.h"
#include "harness/judge/trials.h"
#include "harness/judge/unpaired.h"
#include "harness/record/columns.h"
#include "harness/record/csv.h"

#define ROW struct comparison_row
static const struct column columns[] = {
	COLUMN_AS(COLUMN_TEXT, "metric", head.metric, "",
		.meaning = "What the figures are of."),
	COLUMN_AS(COLUMN_TEXT, "unit", head.unit, "",
		.meaning = "Unit of the next two."),
	COLUMN(base, LISTING_UNIT, "Median over the base run's trials."),
	COLUMN(new, LISTING_UNIT, "Median over the new run's trials."),
	COLUMN_AS(COLUMN_REAL, "ratio", ratio.value, "ratio",
		.meaning = "new / base."),
	COLUMN_AS(COLUMN_REAL, "ratio_low", ratio.low, "ratio",
		.meaning = "Low end of its interval."),
	COLUMN_AS(COLUMN_REAL, "ratio_high", ratio.high, "ratio",
		.meaning = "High end of its interval."),
	COLUMN(base_trials, "trials", "Valid trials of the base run."),
	COLUMN(new_trials, "trials", "Valid trials of the new run."),
};
#undef ROW

static const struct row_schema comparison_schema = {
	.file = "comparison",
	.row_size = sizeof(struct comparison_row),
	.columns = columns,
	.count = COLUMN_COUNT_OF(columns),
};
_Static_assert(COLUMN_COUNT_OF(columns) <= LISTING_FIGURES_MAX, "they fit");

/* What tells cells apart, and what else a run is told. */
#define SETTINGS GROUPING_BY_CELL ",seed"

/* A setting in a run: its value, as long as that is the only one. */
struct setting {
	char value[ROWS_TEXT_MAX];
	bool seen, varies;
};

struct survey {
	struct grouping names; /* of the settings; it has no groups */
	struct setting settings[COMPARISON_RUNS][GROUPING_KEYS_MAX];
};

/* A comparison being made. */
struct making {
	struct grouping grouping;
	struct measure measures[LISTING_METRICS_MAX];
	size_t measure_count;
	struct series (*series)[COMPARISON_RUNS]; /* owned; for each group */
	size_t capacity;
};

static int survey_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct survey *survey = ctx;

	(void)err;
	for (size_t k = 0; k < survey->names.key_count; k++) {
		struct setting *setting = &survey->settings[run][k];
		struct column column = survey->names.keys[k];
		char text[ROWS_TEXT_MAX];

		column.offset = survey->names.offsets[k];
		csv_member(text, &column, trial);
		if (!setting->seen)
			memcpy(setting->value, text, sizeof(text));
		else if (strcmp(setting->value, text) != 0)
			setting->varies = true;
		setting->seen = true;
	}
	return 0;
}

/* Notes what the runs differ in, and lists what tells cells apart. */
static void conclude(const struct survey *survey, struct comparison *comparison,
	char *keys, size_t size)
{
	keys[0] = '\0';
	for (size_t k = 0; k < survey->names.key_count; k++) {
		const char *name = survey->names.keys[k].name;
		const struct setting *base =
			&survey->settings[COMPARISON_BASE][k];
		const struct setting *new =
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
	/* With every setting different there is one cell on each side. */
	if (!keys[0])
		(void)snprintf(keys, size, "suite");
}

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
		memset(&making->series[group], 0, sizeof(*making->series));
	if (series_add(&making->series[group][run], run, trial,
		    making->measures, making->measure_count))
		return fr_error_set(err, EXIT_INVALID,
			"more trials than memory or the limit of %d hold",
			SERIES_POINTS_MAX);
	return 0;
}

/* A group's figures for metric m; returns 0 or -1. */
static int fill_row(struct comparison_row *row,
	const struct series series[COMPARISON_RUNS], size_t m)
{
	const struct series *old = &series[COMPARISON_BASE];
	const struct series *new = &series[COMPARISON_NEW];
	double *values = calloc(old->count + new->count + 1, sizeof(*values));
	double *fresh;

	if (!values)
		return -1;
	fresh = values + old->count;
	row->base_trials = series_values(old, m, values);
	row->new_trials = series_values(new, m, fresh);
	row->base = stats_quantile(values, row->base_trials, 0.5);
	row->new = stats_quantile(fresh, row->new_trials, 0.5);
	row->ratio = (struct estimate){NAN, NAN, NAN};
	/* A ratio to nothing is none. */
	if (row->base_trials && row->new_trials && values[0] > 0 &&
		fresh[0] > 0)
		row->ratio = unpaired_ratio(
			fresh, row->new_trials, values, row->base_trials);
	free(values);
	return 0;
}

static int fill(struct listing *listing, const struct making *making)
{
	size_t groups = making->grouping.count;
	size_t *order = calloc(groups, sizeof(*order));
	int rc = order ? 0 : -1;

	if (!rc)
		grouping_sort(&making->grouping, order);
	for (size_t i = 0; i < groups * listing->metrics && !rc; i++) {
		size_t group = order[i % groups], m = i / groups;

		listing_head(listing, i, &making->grouping.groups[group],
			&making->measures[m]);
		rc = fill_row(
			listing_row(listing, i), making->series[group], m);
	}
	free(order);
	return rc;
}

static bool any_in_both(const struct making *making)
{
	for (size_t i = 0; i < making->grouping.count; i++)
		if (making->series[i][COMPARISON_BASE].count &&
			making->series[i][COMPARISON_NEW].count)
			return true;
	return false;
}

static int make(struct comparison *comparison, const struct making *making,
	const char *base, struct fr_error *err)
{
	struct listing *listing;

	if (!any_in_both(making))
		return fr_error_set(err, EXIT_INVALID,
			"the runs have no cell in common with a valid trial");
	listing = listing_create(
		&making->grouping, making->measure_count, &comparison_schema);
	if (!listing)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	comparison->listing = listing;
	listing->notes = "Of valid trials. ratio: new / base, of the medians; "
			 "its 95 % interval is a bootstrap of both,\n"
			 "from 6 trials on. The runs were not interleaved: "
			 "what else changed between them is in it.\n";
	(void)row_text(listing->reference, sizeof(listing->reference), base,
		strlen(base));
	return fill(listing, making)
		? fr_error_set(err, EXIT_INVALID, "out of memory")
		: 0;
}

static void making_release(struct making *making)
{
	for (size_t i = 0; i < making->grouping.count; i++) {
		series_release(&making->series[i][COMPARISON_BASE]);
		series_release(&making->series[i][COMPARISON_NEW]);
	}
	free(making->series);
	grouping_release(&making->grouping);
}

int comparison_init(struct comparison *comparison,
	const char *const run_dirs[COMPARISON_RUNS], const char *metrics,
	struct fr_error *err)
{
	struct making making = {.measure_count = 0};
	struct survey survey = {.names.key_count = 0};
	bool torn = false;
	char keys[512];
	int rc = grouping_init(&survey.names, SETTINGS, err);

	*comparison = (struct comparison){.listing = NULL};
	if (!rc)
		rc = trials_read(run_dirs, COMPARISON_RUNS, survey_trial,
			&survey, &torn, err);
	if (rc)
		return rc;
	conclude(&survey, comparison, keys, sizeof(keys));
	host_difference(run_dirs, comparison->hosts, sizeof(comparison->hosts));
	rc = grouping_init(&making.grouping, keys, err);
	if (!rc)
		rc = listing_measures(making.measures, &making.measure_count,
			&trial_measures, metrics, err);
	if (!rc)
		rc = trials_read(run_dirs, COMPARISON_RUNS, take_trial, &making,
			&torn, err);
	if (!rc)
		rc = make(comparison, &making, run_dirs[COMPARISON_BASE], err);
	if (!rc)
		comparison->listing->torn = torn;
	making_release(&making);
	return rc;
}

void comparison_release(struct comparison *comparison)
{
	listing_free(comparison->listing);
	comparison->listing = NULL;
}
