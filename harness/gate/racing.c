/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test is a moderated t-test (G. K. Smyth, Statistical Applications in
 * Genetics and Molecular Biology 3, 2004) of the logarithms of the ratios, block
 * by block. Three blocks tell the variance of one cell badly, but those of all
 * cells together tell what is usual; the test uses a mean of both.
 */
#include "harness/gate/racing.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "harness/base/spending.h"

/* The usual variance counts as much as that of so many blocks. */
static const double PRIOR_DF = 8;
/* No machine repeats a time more exactly than by this share. */
static const double LEAST_SPREAD = 0.002;
/* A cell of which more trials give no time is dropped. */
static const double VOID_SHARE = 0.25;

size_t racing_trials_max(const struct racing_terms *terms)
{
	size_t all = terms->cells * terms->blocks;
	size_t share = (size_t)(RACING_SHARE * (double)all);
	size_t least = terms->cells *
		(terms->blocks < RACING_BLOCKS_MIN ? terms->blocks
						   : RACING_BLOCKS_MIN);

	return share > least ? share : least;
}

int racing_create(struct racing **out, const struct racing_terms *terms)
{
	struct racing *racing = calloc(1, sizeof(*racing));
	size_t count = terms->cells * RACING_BLOCKS_MAX;

	*out = racing;
	if (!racing)
		return -ENOMEM;
	racing->terms = *terms;
	racing->trials_max = racing_trials_max(terms);
	racing->leader = terms->cells;
	racing->cells = calloc(terms->cells, sizeof(*racing->cells));
	racing->times = calloc(count, sizeof(*racing->times));
	racing->scratch = calloc(terms->cells, sizeof(*racing->scratch));
	if (!racing->cells || !racing->times || !racing->scratch) {
		racing_free(racing);
		*out = NULL;
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		racing->times[i] = NAN;
	return 0;
}

void racing_free(struct racing *racing)
{
	if (!racing)
		return;
	free(racing->cells);
	free(racing->times);
	free(racing->scratch);
	free(racing);
}

static const double *times_of(const struct racing *racing, size_t cell)
{
	return &racing->times[cell * RACING_BLOCKS_MAX];
}

void racing_tell(
	struct racing *racing, size_t cell, double time, struct failing failing)
{
	struct racing_cell *its = &racing->cells[cell];

	racing->times[cell * RACING_BLOCKS_MAX + racing->block] =
		time > 0 ? log(time) : NAN;
	its->failing.failed += failing.failed;
	its->failing.all += failing.all;
	its->blocks++;
	racing->trials++;
}

/* ln cell - ln other in the blocks that have both. Returns how many. */
static size_t differences(const struct racing *racing, size_t cell,
	size_t other, double d[RACING_BLOCKS_MAX])
{
	const double *a = times_of(racing, cell), *b = times_of(racing, other);
	size_t n = 0;

	for (size_t block = 0; block < racing->block; block++)
		if (!isnan(a[block] - b[block]))
			d[n++] = a[block] - b[block];
	return n;
}

struct estimate racing_ratio(
	const struct racing *racing, size_t cell, size_t other)
{
	double d[RACING_BLOCKS_MAX];
	struct estimate ratio =
		stats_median(d, differences(racing, cell, other, d));

	return (struct estimate){
		exp(ratio.value), exp(ratio.low), exp(ratio.high)};
}

/*
 * The median of the pairwise means (J. L. Hodges and E. L. Lehmann, Annals of
 * Mathematical Statistics 34, 1963): nearly as good as the mean, and a trial
 * that was disturbed does not count for more than another.
 */
static double location(const double *d, size_t n)
{
	double means[RACING_BLOCKS_MAX * (RACING_BLOCKS_MAX + 1) / 2];
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			means[count++] = (d[i] + d[j]) / 2;
	return stats_quantile(means, stats_sort(means, count), 0.5);
}

/* Whether the cell is in and has a time. */
static bool is_timed(const struct racing *racing, size_t cell)
{
	double d[RACING_BLOCKS_MAX];

	return racing->cells[cell].state == RACING_IN &&
		differences(racing, cell, cell, d);
}

/* The cell that is fastest, compared block by block with one of them. */
static size_t find_leader(const struct racing *racing)
{
	size_t leader = racing->terms.cells, first = 0;
	double least = INFINITY;

	while (first < racing->terms.cells && !is_timed(racing, first))
		first++;
	for (size_t i = first; i < racing->terms.cells; i++) {
		double d[RACING_BLOCKS_MAX], at;

		if (!is_timed(racing, i))
			continue;
		at = location(d, differences(racing, i, first, d));
		if (at < least) {
			least = at;
			leader = i;
		}
	}
	return leader;
}

/* The usual variance of differences to the leader; 0: none is known. */
static double usual_variance(const struct racing *racing)
{
	double d[RACING_BLOCKS_MAX];
	size_t known = 0;

	for (size_t i = 0; i < racing->terms.cells; i++) {
		size_t n;

		if (racing->cells[i].state != RACING_IN || i == racing->leader)
			continue;
		n = differences(racing, i, racing->leader, d);
		if (n > 1)
			racing->scratch[known++] = gsl_stats_variance(d, 1, n);
	}
	known = stats_sort(racing->scratch, known);
	return known > 1 ? stats_quantile(racing->scratch, known, 0.5) : 0;
}

/*
 * The probability that a cell that is slower than the leader by `share` has
 * times as great as these. Near 0, the cell is slower by more; near 1, it is not.
 * NaN: too few blocks.
 */
static double p_slower(
	const struct racing *racing, size_t cell, double usual, double share)
{
	double d[RACING_BLOCKS_MAX], variance, prior = usual > 0 ? PRIOR_DF : 0;
	size_t n = differences(racing, cell, racing->leader, d);
	double df = (double)n - 1;

	if (n < RACING_FIRST_LOOK)
		return NAN;
	variance = (prior * usual + df * gsl_stats_variance(d, 1, n)) /
		(prior + df);
	variance = fmax(variance, LEAST_SPREAD * LEAST_SPREAD);
	return gsl_cdf_tdist_Q((gsl_stats_mean(d, 1, n) - log1p(share)) /
			sqrt(variance / (double)n),
		prior + df);
}

static void drop(struct racing *racing, size_t cell, enum racing_state state)
{
	racing->cells[cell].state = state;
	racing->cells[cell].by = racing->leader;
}

static void drop_void(struct racing *racing)
{
	for (size_t i = 0; i < racing->terms.cells; i++) {
		double d[RACING_BLOCKS_MAX];
		size_t n = differences(racing, i, i, d);

		if (racing->cells[i].state == RACING_IN &&
			(double)(racing->block - n) >
				fmax(1, VOID_SHARE * (double)racing->block))
			drop(racing, i, RACING_INVALID);
	}
}

/* Drops what fails more requests than the cell that fails least. */
static void drop_failing(struct racing *racing, double level)
{
	const struct racing_cell *least = NULL;
	size_t best = racing->terms.cells;

	for (size_t i = 0; i < racing->terms.cells; i++) {
		const struct racing_cell *cell = &racing->cells[i];

		if (cell->state != RACING_IN || !cell->failing.all)
			continue;
		if (!least ||
			cell->failing.failed * least->failing.all <
				least->failing.failed * cell->failing.all) {
			least = cell;
			best = i;
		}
	}
	for (size_t i = 0; least && i < racing->terms.cells; i++)
		if (racing->cells[i].state == RACING_IN &&
			failing_p(racing->cells[i].failing, least->failing) <=
				level) {
			drop(racing, i, RACING_FAILING);
			racing->cells[i].by = best;
		}
}

/* Compares the cells with the leader. Returns whether one is undecided. */
static bool look(struct racing *racing, double level)
{
	double usual = usual_variance(racing);
	bool open = false;

	for (size_t i = 0; i < racing->terms.cells; i++) {
		struct racing_cell *cell = &racing->cells[i];

		if (cell->state != RACING_IN || i == racing->leader)
			continue;
		if (p_slower(racing, i, usual, 0) <= level)
			drop(racing, i, RACING_SLOWER);
		cell->close =
			p_slower(racing, i, usual, RACING_CLOSE) >= 1 - level;
		open |= cell->state == RACING_IN && !cell->close;
	}
	return open;
}

static size_t count_in(const struct racing *racing)
{
	size_t count = 0;

	for (size_t i = 0; i < racing->terms.cells; i++)
		count += racing->cells[i].state == RACING_IN;
	return count;
}

/*
 * The level of each test after this block. One of the cells that are in is the
 * fastest, and each of the others may be the leader that it is compared with.
 */
static double level_now(const struct racing *racing)
{
	size_t others = count_in(racing) - 1, now = racing->block;
	size_t before = now > RACING_FIRST_LOOK ? now - 1 : 0;

	return spending_level(RACING_ALPHA, before, now, racing->terms.blocks) /
		(double)(others ? others : 1);
}

/* Drops cells. Returns whether more blocks could tell more. */
static bool drop_losers(struct racing *racing)
{
	double level = level_now(racing);

	drop_failing(racing, level);
	if (racing->cells[racing->leader].state != RACING_IN)
		racing->leader = find_leader(racing);
	return look(racing, level);
}

bool racing_end_block(struct racing *racing)
{
	bool open = true;

	racing->block++;
	drop_void(racing);
	racing->leader = find_leader(racing);
	if (racing->leader < racing->terms.cells &&
		racing->block >= RACING_FIRST_LOOK)
		open = drop_losers(racing);
	return count_in(racing) &&
		(open || racing->block < RACING_BLOCKS_MIN) &&
		racing->block < racing->terms.blocks &&
		racing->trials + count_in(racing) <= racing->trials_max;
}

size_t racing_choose(const struct racing *racing, const size_t *order)
{
	size_t chosen = racing->leader;

	for (size_t i = 0; i < racing->terms.cells; i++) {
		double d[RACING_BLOCKS_MAX];

		if (is_timed(racing, i) && order[i] < order[chosen] &&
			location(
				d, differences(racing, i, racing->leader, d)) <=
				log1p(RACING_CLOSE))
			chosen = i;
	}
	return chosen;
}
