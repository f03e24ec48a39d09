/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/gate/check_evidence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The weight of the better of two times; the other one has the rest. */
static const double BETTER_SHARE = 0.75;

/* What one side's two trials of a block say, and how far they are apart. */
struct side {
	double value, apart;
};

/*
 * Times are compared by their logarithms, counts as they are. What disturbs a
 * trial makes it slower and never faster, so the better trial of a time on the
 * clock has the greater weight.
 */
static struct side side_of_block(
	const double *trials, const struct check_metric *metric)
{
	double better = fmin(trials[0], trials[1]);
	/* The sum is unknown if either is. */
	double worse = trials[0] + trials[1] - better;
	double share = metric->kind == METRIC_WALL ? BETTER_SHARE : 0.5;

	if (metric->kind != METRIC_COUNTER) {
		better = better > 0 ? log(better) : NAN;
		worse = log(worse);
	}
	return (struct side){
		.value = share * better + (1 - share) * worse,
		.apart = worse - better,
	};
}

/*
 * What disturbs a block drives the trials of a side apart. How far a block is from
 * the margin counts in units of that, and of the quietest quarter's: two trials
 * may be alike by chance.
 */
static void scale_blocks(struct check_evidence *e)
{
	double sorted[CHECK_BLOCKS_MAX];
	size_t quiet = e->n / 4;

	memcpy(sorted, e->scale, e->n * sizeof(*sorted));
	(void)stats_sort(sorted, e->n);
	while (quiet < e->n && !(sorted[quiet] > 0))
		quiet++;
	for (size_t b = 0; b < e->n; b++)
		e->scale[b] =
			quiet < e->n ? hypot(e->scale[b], sorted[quiet]) : 1;
}

/* Fills in the changes and the scales of all blocks with known values. */
static void compare_blocks(
	struct check_evidence *e, const struct check_series *series)
{
	for (size_t b = 0; b < series->n; b++) {
		const struct check_block *block = &series->blocks[b];
		struct side base = side_of_block(block->base, series->metric);
		struct side head = side_of_block(block->head, series->metric);
		double change = head.value - base.value;

		if (!isfinite(change))
			continue;
		e->scale[e->n] = hypot(base.apart, head.apart);
		e->change[e->n++] = change;
	}
	scale_blocks(e);
}

/* The median of one side's trials, and whether all have the same value. */
static double side_of(
	const struct check_series *series, bool head, bool *seen, bool *steady)
{
	double values[2 * CHECK_BLOCKS_MAX];
	size_t n = 0;

	for (size_t b = 0; b < series->n; b++) {
		const struct check_block *block = &series->blocks[b];

		for (int i = 0; i < 2; i++)
			values[n++] = head ? block->head[i] : block->base[i];
	}
	n = stats_sort(values, n);
	*seen = n > 0;
	*steady = n > 0 && values[0] == values[n - 1];
	return stats_quantile(values, n, 0.5);
}

static void fill_row(struct check_row *row, const struct check_series *series,
	const struct check_evidence *e)
{
	struct estimate change = check_median(e->change, e->n, e->widening);
	const struct check_voids *voids = &series->voids;

	(void)snprintf(
		row->scenario, sizeof(row->scenario), "%s", series->scenario);
	(void)snprintf(
		row->strategy, sizeof(row->strategy), "%s", series->strategy);
	(void)snprintf(
		row->metric, sizeof(row->metric), "%s", series->metric->name);
	(void)snprintf(
		row->unit, sizeof(row->unit), "%s", series->metric->unit);
	row->role = series->role;
	row->n_blocks = e->n;
	row->voids =
		voids->disturbed + voids->machine + voids->base + voids->head;
	row->p = e->n ? e->p_slower : NAN;
	if (series->metric->kind == METRIC_COUNTER) {
		row->ratio = row->base > 0 ? row->head / row->base : NAN;
		return;
	}
	row->ratio = exp(change.value);
	row->ci_lo = exp(change.low);
	row->ci_hi = exp(change.high);
}

void check_evidence_weigh(struct check_evidence *e,
	const struct check_series *series, struct check_row *row)
{
	bool exact = series->metric->kind == METRIC_COUNTER;
	double margin; /* in the unit of `change` */

	memset(e, 0, sizeof(*e));
	row->base = side_of(series, false, &e->base_seen, &e->base_steady);
	row->head = side_of(series, true, &e->head_seen, &e->head_steady);
	compare_blocks(e, series);
	row->margin = exact ? 0 : series->margin;
	if (!exact && row->margin < series->metric->floor / row->base)
		row->margin = series->metric->floor / row->base;
	margin = log1p(row->margin);
	row->r1 = check_lag_one(e->change, e->n);
	e->widening = check_widening(row->r1, e->n);
	e->p_slower = check_widen_p(
		check_p_above(e->change, e->scale, e->n, margin), e->widening);
	e->p_faster = check_widen_p(
		check_p_below(e->change, e->scale, e->n, -margin), e->widening);
	e->p_within = check_widen_p(
		check_p_below(e->change, e->scale, e->n, margin), e->widening);
	fill_row(row, series, e);
}
