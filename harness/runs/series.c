/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"

int series_add(struct series *series, size_t run, const struct trial_row *trial,
	const struct measure *measures, size_t count)
{
	struct point *point;

	if (series->count == SERIES_POINTS_MAX ||
		array_grow((void **)&series->points, series->count,
			&series->capacity, sizeof(*point)))
		return -ENOMEM;
	point = &series->points[series->count++];
	*point = (struct point){.run = run, .block = trial->block};
	memcpy(point->trial, trial->trial, sizeof(point->trial));
	for (size_t i = 0; i < count && i < SERIES_FIGURES_MAX; i++)
		point->figures[i] = measure_of(&measures[i], trial);
	/* Trials in older files may not say. */
	if (trial->ok != FR_UNKNOWN) {
		series->failing.all += trial->workload.requests;
		if (trial->ok < trial->workload.requests)
			series->failing.failed +=
				trial->workload.requests - trial->ok;
	}
	return 0;
}

uint64_t series_failed(const struct series *series)
{
	return series->failing.all ? series->failing.failed : FR_UNKNOWN;
}

bool series_comparable(const struct series *a, const struct series *b,
	const struct measure *measure)
{
	return !strcmp(measure->unit, "requests") ||
		(!failing_more(a->failing, b->failing) &&
			!failing_more(b->failing, a->failing));
}

static int by_block(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return (x->block > y->block) - (x->block < y->block);
}

void series_sort(struct series *series)
{
	if (series->count)
		qsort(series->points, series->count, sizeof(*series->points),
			by_block);
}

size_t series_values(const struct series *series, size_t figure, double *values)
{
	for (size_t i = 0; i < series->count; i++)
		values[i] = series->points[i].figures[figure];
	return stats_sort(values, series->count);
}

/*
 * The median of the figure over the block that begins at point *i. Moves *i
 * behind the block. scratch has room for as many values as there are points.
 */
static double take_block(
	const struct series *series, size_t figure, size_t *i, double *scratch)
{
	const struct point *first = &series->points[*i];
	size_t n = 0;

	for (; *i < series->count && !by_block(first, &series->points[*i]);
		++*i)
		scratch[n++] = series->points[*i].figures[figure];
	return stats_quantile(scratch, stats_sort(scratch, n), 0.5);
}

int series_ratio(struct estimate *ratio, const struct series *a,
	const struct series *b, size_t figure)
{
	size_t room = a->count + b->count;
	double *x = calloc(3 * room + 1, sizeof(*x));
	double *y, *scratch;
	size_t i = 0, j = 0, n = 0;

	*ratio = (struct estimate){NAN, NAN, NAN};
	if (!x)
		return -ENOMEM;
	y = x + room;
	scratch = y + room;
	while (i < a->count && j < b->count) {
		int order = by_block(&a->points[i], &b->points[j]);
		double of_a = 0, of_b = 0;

		if (order <= 0)
			of_a = take_block(a, figure, &i, scratch);
		if (order >= 0)
			of_b = take_block(b, figure, &j, scratch);
		if (order == 0) {
			x[n] = of_a;
			y[n++] = of_b;
		}
	}
	*ratio = stats_paired_ratio(x, y, n);
	free(x);
	return 0;
}

void series_release(struct series *series)
{
	free(series->points);
	*series = (struct series){.points = NULL};
}
