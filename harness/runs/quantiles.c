/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each run is read in two passes: trials.csv tells which trials count and which
 * group each belongs to; then each row of requests.csv is added to the
 * histograms of its group. Only the columns that are needed are parsed.
 */
#include "harness/runs/quantiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/record/columns.h"
#include "harness/runs/histogram.h"
#include "harness/runs/trials.h"

enum { COLUMNS_MAX = 64 }; /* of requests.csv */

#define ROW struct quantiles_row
/* clang-format off */
#define FIGURE(member, its_meaning) COLUMN(member, LISTING_UNIT, its_meaning)
/* clang-format on */
static const struct column columns[] = {
	LISTING_METRIC("Unit of the next seven."),
	FIGURE(mean, "Mean over the group's requests."),
	FIGURE(least, "The least of them."),
	FIGURE(p50, "Half of them are at most this."),
	FIGURE(p90, "90 % of them are at most this."),
	FIGURE(p99, "99 % of them are at most this; from 100 on."),
	FIGURE(p99_9, "99.9 % of them are at most this; from 1000 on."),
	FIGURE(most, "The most of them."),
	COLUMN(requests, "requests", "Requests that have the figure."),
};
static const struct row_schema quantiles_schema =
	SCHEMA_OF(columns, "quantiles");
#undef ROW
_Static_assert(COLUMN_COUNT_OF(columns) <= LISTING_FIGURES_MAX, "they fit");

/* A trial that counts. */
struct known_trial {
	char name[sizeof(((struct trial_row *)0)->trial)];
	size_t group;
};

/* Quantiles being computed, over the requests of all runs. */
struct request_quantiles {
	struct grouping grouping;
	struct measure measures[LISTING_METRICS_MAX];
	size_t measure_count;
	/* Owned: measure_count of them for each group. */
	struct histogram *histograms;
	size_t room; /* groups there are histograms for */
	/* Owned: those of the current run, sorted by name for the requests. */
	struct known_trial *trials;
	size_t trial_count, trial_capacity;
	/* The trial of the last row: the next row is likely of the same. */
	char last[sizeof(((struct request_row *)0)->trial)];
	const struct known_trial *known;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct known_trial *)a)->name,
		((const struct known_trial *)b)->name);
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct request_quantiles *quantiles = ctx;
	struct known_trial *known;
	size_t group;

	(void)run;
	if (!trial_verdict_counts(trial->verdict))
		return 0;
	if (grouping_find(&quantiles->grouping, trial, &group, err))
		return -1;
	if (array_grow((void **)&quantiles->trials, quantiles->trial_count,
		    &quantiles->trial_capacity, sizeof(*known)))
		return fr_error_memory(err);
	known = &quantiles->trials[quantiles->trial_count++];
	memcpy(known->name, trial->trial, sizeof(known->name));
	known->group = group;
	return 0;
}

/* Makes histograms for the groups known so far. Returns 0 or -1. */
static int make_room(struct request_quantiles *quantiles)
{
	size_t groups = quantiles->grouping.count;
	struct histogram *grown;

	if (groups <= quantiles->room)
		return 0;
	grown = realloc(quantiles->histograms,
		groups * quantiles->measure_count * sizeof(*grown));
	if (!grown)
		return -1;
	memset(grown + quantiles->room * quantiles->measure_count, 0,
		(groups - quantiles->room) * quantiles->measure_count *
			sizeof(*grown));
	quantiles->histograms = grown;
	quantiles->room = groups;
	return 0;
}

static const struct known_trial *find_trial(
	const struct request_quantiles *quantiles, const char *name)
{
	struct known_trial key = {.group = 0};

	memcpy(key.name, name, sizeof(key.name));
	return quantiles->trial_count
		? bsearch(&key, quantiles->trials, quantiles->trial_count,
			  sizeof(key), by_name)
		: NULL;
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	struct request_quantiles *quantiles = ctx;
	const struct request_row *request = row;

	if (strcmp(request->trial, quantiles->last) != 0) {
		memcpy(quantiles->last, request->trial,
			sizeof(quantiles->last));
		quantiles->known = find_trial(quantiles, request->trial);
	}
	for (size_t m = 0; quantiles->known && m < quantiles->measure_count;
		m++) {
		double figure = measure_of(&quantiles->measures[m], request);
		size_t h =
			quantiles->known->group * quantiles->measure_count + m;

		/* Skips unknown figures, and an end before its start. */
		if (!(figure >= 0 && figure < 0x1p63))
			continue;
		if (histogram_add(&quantiles->histograms[h], (uint64_t)figure))
			return fr_error_memory(err);
	}
	return 0;
}

/* The columns of requests.csv that the measures need. */
static void choose_columns(const struct request_quantiles *quantiles,
	struct column chosen[COLUMNS_MAX], struct row_schema *schema)
{
	*schema = request_schema;
	schema->columns = chosen;
	schema->count = 0;
	for (size_t i = 0; i < request_schema.count; i++) {
		const struct column *column = &request_schema.columns[i];
		bool needed = !strcmp(column->name, "trial");

		for (size_t m = 0; m < quantiles->measure_count; m++)
			needed |=
				measure_needs(&quantiles->measures[m], column);
		if (needed && schema->count < COLUMNS_MAX)
			chosen[schema->count++] = *column;
	}
}

static int read_requests(struct request_quantiles *quantiles,
	const char *run_dir, struct fr_error *err)
{
	struct column chosen[COLUMNS_MAX];
	struct row_schema schema;

	choose_columns(quantiles, chosen, &schema);
	quantiles->last[0] = '\0';
	quantiles->known = NULL;
	if (quantiles->trial_count)
		qsort(quantiles->trials, quantiles->trial_count,
			sizeof(*quantiles->trials), by_name);
	if (make_room(quantiles))
		return fr_error_memory(err);
	return requests_read(run_dir, &schema, take_request, quantiles, err);
}

/*
 * The quantile that only one value in `one_in` exceeds. It is unknown if there
 * are fewer values than that: it would be the greatest value.
 */
static double rare_quantile(const struct histogram *histogram, uint64_t one_in)
{
	return histogram->count < one_in
		? NAN
		: histogram_quantile(histogram, 1 - 1 / (double)one_in);
}

static int fill_row(void *to, size_t group, size_t measure, const void *ctx)
{
	struct quantiles_row *row = to;
	const struct request_quantiles *quantiles = ctx;
	const struct histogram *histogram =
		&quantiles->histograms[group * quantiles->measure_count +
			measure];

	row->requests = histogram->count;
	row->mean = histogram_mean(histogram);
	row->least = histogram_quantile(histogram, 0);
	row->p50 = histogram_quantile(histogram, 0.5);
	row->p90 = histogram_quantile(histogram, 0.9);
	row->p99 = rare_quantile(histogram, 100);
	row->p99_9 = rare_quantile(histogram, 1000);
	row->most = histogram_quantile(histogram, 1);
	return 0;
}

static int make(struct listing **out, const struct request_quantiles *quantiles,
	struct fr_error *err)
{
	const struct grouping *grouping = &quantiles->grouping;
	struct listing *listing;

	if (!grouping->count)
		return fr_error_set(err, EXIT_INVALID,
			"no valid trial outside warm-up: no figure to show");
	listing = listing_create(
		grouping, quantiles->measure_count, &quantiles_schema);
	if (!listing ||
		listing_fill(listing, grouping, quantiles->measures, fill_row,
			quantiles)) {
		listing_free(listing);
		return fr_error_memory(err);
	}
	listing->pooled = true;
	*out = listing;
	return 0;
}

int quantiles_create(struct listing **out, const char *const *run_dirs,
	size_t runs, const char *keys, const char *metrics,
	struct fr_error *err)
{
	struct request_quantiles quantiles = {.measure_count = 0};
	bool torn = false;
	int rc = grouping_init(&quantiles.grouping, keys, err);

	*out = NULL;
	if (!rc)
		rc = listing_measures(quantiles.measures,
			&quantiles.measure_count, &request_measures, metrics,
			err);
	for (size_t i = 0; i < runs && !rc; i++) {
		bool half;

		quantiles.trial_count = 0;
		rc = trials_read(
			&run_dirs[i], 1, take_trial, &quantiles, &half, err);
		torn |= half;
		if (!rc)
			rc = read_requests(&quantiles, run_dirs[i], err);
	}
	if (!rc)
		rc = make(out, &quantiles, err);
	if (!rc)
		(*out)->torn = torn;
	for (size_t i = 0; i < quantiles.room * quantiles.measure_count; i++)
		histogram_release(&quantiles.histograms[i]);
	free(quantiles.histograms);
	free(quantiles.trials);
	grouping_release(&quantiles.grouping);
	return rc;
}
