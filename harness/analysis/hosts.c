/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/hosts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/runs/collection.h"
#include "harness/runs/trials.h"

/* What reads the trials: first for the hosts' names, then for their times. */
struct hosts_reader {
	struct hosts *hosts;
	size_t capacity;
	struct collection collection; /* a series for each host */
};

/* The trial's host, a new one included; NULL: it is unknown, or no memory. */
static struct hosts_one *host_of(
	struct hosts_reader *reader, const struct trial_row *trial)
{
	struct hosts *hosts = reader->hosts;

	for (size_t i = 0; i < hosts->count; i++)
		if (!strcmp(hosts->of[i].name, trial->host))
			return &hosts->of[i];
	if (!trial->host[0] || hosts->count == HOSTS_MAX ||
		array_grow((void **)&hosts->of, hosts->count, &reader->capacity,
			sizeof(*hosts->of)))
		return NULL;
	hosts->of[hosts->count] = (struct hosts_one){.factor = NAN};
	memcpy(hosts->of[hosts->count].name, trial->host, sizeof(trial->host));
	return &hosts->of[hosts->count++];
}

static int take_name(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct hosts_one *host = host_of(ctx, trial);

	(void)run;
	(void)err;
	if (host && trial_verdict_counts(trial->verdict))
		host->trials++;
	return 0;
}

static int take_time(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct hosts_reader *reader = ctx;
	const struct hosts_one *host = host_of(reader, trial);
	size_t group;

	(void)run;
	/* A run that goes on may have a new host by now. */
	if (!host || host >= reader->hosts->of + reader->collection.sides ||
		!trial_verdict_counts(trial->verdict) ||
		!strcmp(trial->strategy, SUMMARY_FLOOR))
		return 0;
	return collection_add(&reader->collection,
		(size_t)(host - reader->hosts->of), trial, &group, err);
}

/* The median of a host's times of a cell; NaN: it has none. */
static double median_of(const struct series *series, double *values)
{
	size_t count = series_values(series, 0, values);

	return count ? stats_quantile(values, count, 0.5) : NAN;
}

/* Adds the logarithms of a cell's times to the sums, if all hosts have some. */
static void add_cell(struct hosts *hosts, const struct series *series,
	double *logs, double *values, double *sums)
{
	double mean = 0;

	for (size_t h = 0; h < hosts->count; h++) {
		logs[h] = log(median_of(&series[h], values));
		mean += logs[h] / (double)hosts->count;
	}
	if (!isfinite(mean))
		return;
	hosts->cells++;
	for (size_t h = 0; h < hosts->count; h++)
		sums[h] += logs[h] - mean;
}

static int find_factors(struct hosts_reader *reader, struct fr_error *err)
{
	const struct collection *collection = &reader->collection;
	struct hosts *hosts = reader->hosts;
	double *logs = calloc(2 * hosts->count, sizeof(*logs));
	double *sums = logs ? logs + hosts->count : NULL, *values;
	size_t most = 1;

	for (size_t i = 0; i < collection->grouping.count * hosts->count; i++)
		if (collection->series[i].count > most)
			most = collection->series[i].count;
	values = calloc(most, sizeof(*values));
	if (!logs || !values) {
		free(logs);
		free(values);
		return fr_error_memory(err);
	}
	for (size_t i = 0; i < collection->grouping.count; i++)
		add_cell(hosts, collection_series(collection, i), logs, values,
			sums);
	for (size_t h = 0; h < hosts->count && hosts->cells; h++)
		hosts->of[h].factor = exp(sums[h] / (double)hosts->cells);
	free(logs);
	free(values);
	return 0;
}

int hosts_find(struct hosts *hosts, const char *const *run_dirs, size_t runs,
	enum summary_clock clock, struct fr_error *err)
{
	struct hosts_reader reader = {.hosts = hosts};
	struct collection *collection = &reader.collection;
	bool torn;
	int rc;

	*hosts = (struct hosts){0};
	rc = trials_read(run_dirs, runs, take_name, &reader, &torn, err);
	if (rc || hosts->count < 2)
		return rc;
	collection->sides = hosts->count;
	collection->measure_count = 1;
	rc = measure_find(&collection->measures[0], &trial_measures,
		clock == CLOCK_TOTAL ? "total_ns" : "elapsed_ns", err);
	if (!rc)
		rc = grouping_init(
			&collection->grouping, GROUPING_BY_CELL, err);
	if (!rc)
		rc = trials_read(
			run_dirs, runs, take_time, &reader, &torn, err);
	for (size_t i = 0; i < collection->grouping.count * hosts->count; i++)
		series_sort(&collection->series[i]);
	if (!rc)
		rc = find_factors(&reader, err);
	collection_release(collection);
	return rc;
}

void hosts_release(struct hosts *hosts)
{
	free(hosts->of);
	*hosts = (struct hosts){0};
}
