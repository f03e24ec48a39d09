/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/gate/check_evidence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The block's change: a difference of counts, or of logarithms of times. */
static double change_of(const struct check_block *block, bool exact)
{
	double sum = 0;

	for (int i = 0; i < 2; i++) {
		double base = block->base[i], head = block->head[i];

		if (!exact) {
			base = base > 0 ? log(base) : NAN;
			head = head > 0 ? log(head) : NAN;
		}
		sum += (head - base) / 2;
	}
	return isfinite(sum) ? sum : NAN;
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
	if (series->metric->exact) {
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
	bool exact = series->metric->exact;
	double margin; /* in the unit of `change` */

	memset(e, 0, sizeof(*e));
	row->base = side_of(series, false, &e->base_seen, &e->base_steady);
	row->head = side_of(series, true, &e->head_seen, &e->head_steady);
	for (size_t b = 0; b < series->n; b++) {
		double change = change_of(&series->blocks[b], exact);

		if (!isnan(change))
			e->change[e->n++] = change;
	}
	row->margin = exact ? 0 : series->margin;
	if (!exact && row->margin < series->metric->floor / row->base)
		row->margin = series->metric->floor / row->base;
	margin = log1p(row->margin);
	row->r1 = check_lag_one(e->change, e->n);
	e->widening = check_widening(row->r1, e->n);
	e->p_slower = check_widen_p(
		check_p_above(e->change, e->n, margin), e->widening);
	e->p_faster = check_widen_p(
		check_p_below(e->change, e->n, -margin), e->widening);
	e->p_within = check_widen_p(
		check_p_below(e->change, e->n, margin), e->widening);
	fill_row(row, series, e);
}
