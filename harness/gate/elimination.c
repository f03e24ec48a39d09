/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test is a moderated t-test (G. K. Smyth, Statistical Applications in
 * Genetics and Molecular Biology 3, 2004) of the logarithms of the ratios, block
 * by block. Three blocks tell the variance of one cell badly, but those of all
 * cells together tell what is usual; the test uses a mean of both.
 */
#include "harness/gate/elimination.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "harness/base/spending.h"
#include "harness/gate/check_stats.h"

/* The usual variance counts as much as that of so many blocks. */
static const double PRIOR_DF = 8;
/* No machine repeats a time more exactly than by this share. */
static const double LEAST_SPREAD = 0.002;
/* A cell of which more trials give no time is dropped. */
static const double VOID_SHARE = 0.25;
/* The same of all trials without a time, also those that are excused. */
static const double EXCUSED_SHARE = 0.67;

size_t elimination_trials_max(const struct elimination_terms *terms)
{
	size_t cells = terms->of_cells ? terms->of_cells : terms->cells;
	double all = (double)(cells * terms->blocks);
	size_t share = (size_t)(ELIMINATION_SHARE * all);
	size_t least = terms->cells *
		(terms->blocks < ELIMINATION_BLOCKS_MIN
				? terms->blocks
				: ELIMINATION_BLOCKS_MIN);

	return share > least + terms->spent ? share - terms->spent : least;
}

int elimination_create(
	struct elimination **out, const struct elimination_terms *terms)
{
	struct elimination *race = calloc(1, sizeof(*race));
	size_t count = terms->cells * ELIMINATION_BLOCKS_MAX;

	*out = race;
	if (!race)
		return -ENOMEM;
	race->terms = *terms;
	race->trials_max = elimination_trials_max(terms);
	race->leader = terms->cells;
	race->cells = calloc(terms->cells, sizeof(*race->cells));
	race->times = calloc(count, sizeof(*race->times));
	race->scratch = calloc(terms->cells, sizeof(*race->scratch));
	if (!race->cells || !race->times || !race->scratch) {
		elimination_free(race);
		*out = NULL;
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		race->times[i] = NAN;
	return 0;
}

void elimination_free(struct elimination *race)
{
	if (!race)
		return;
	free(race->cells);
	free(race->times);
	free(race->scratch);
	free(race);
}

static const double *times_of(const struct elimination *race, size_t cell)
{
	return &race->times[cell * ELIMINATION_BLOCKS_MAX];
}

void elimination_tell(struct elimination *race, size_t cell,
	const struct elimination_trial *trial)
{
	struct elimination_cell *its = &race->cells[cell];

	race->times[cell * ELIMINATION_BLOCKS_MAX + race->block] =
		trial->time > 0 ? log(trial->time) : NAN;
	its->failing.failed += trial->failing.failed;
	its->failing.all += trial->failing.all;
	its->excused += trial->excused && !(trial->time > 0);
	its->blocks++;
	race->trials++;
}

/* ln cell - ln other in the blocks that have both. Returns how many. */
static size_t differences(const struct elimination *race, size_t cell,
	size_t other, double d[ELIMINATION_BLOCKS_MAX])
{
	const double *a = times_of(race, cell), *b = times_of(race, other);
	size_t n = 0;

	for (size_t block = 0; block < race->block; block++)
		if (!isnan(a[block] - b[block]))
			d[n++] = a[block] - b[block];
	return n;
}

enum { MEANS_MAX = ELIMINATION_BLOCKS_MAX * (ELIMINATION_BLOCKS_MAX + 1) / 2 };

/* The means of all pairs, and of each with itself, ascending. */
static size_t pairwise_means(const double *d, size_t n, double means[MEANS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			means[count++] = (d[i] + d[j]) / 2;
	return stats_sort(means, count);
}

/*
 * How many of the means of n differences lie outside the interval at each end:
 * the most for which Wilcoxon's signed rank sum is less with a probability of at
 * most (1 - STATS_CONFIDENCE) / 2. 0: there is no interval.
 */
static size_t trimmed_means(size_t n)
{
	double chance[MEANS_MAX + 1] = {1}, below = 0;
	size_t k = 0;

	for (size_t rank = 1; rank <= n; rank++)
		for (size_t sum = rank * (rank + 1) / 2 + 1; sum-- > 0;)
			chance[sum] = 0.5 *
				(chance[sum] +
					(sum >= rank ? chance[sum - rank] : 0));
	while (k < n * (n + 1) / 4 &&
		below + chance[k] <= (1 - STATS_CONFIDENCE) / 2)
		below += chance[k++];
	return k;
}

/*
 * The median of the pairwise means (J. L. Hodges and E. L. Lehmann, Annals of
 * Mathematical Statistics 34, 1963): nearly as good as the mean, and a trial that
 * was disturbed does not count for more than another.
 */
static double middle(const double means[MEANS_MAX], size_t count)
{
	return stats_quantile(means, count, 0.5);
}

struct estimate elimination_ratio(
	const struct elimination *race, size_t cell, size_t other)
{
	double d[ELIMINATION_BLOCKS_MAX], means[MEANS_MAX];
	size_t n = differences(race, cell, other, d), k = trimmed_means(n);
	size_t count = pairwise_means(d, n, means);

	return (struct estimate){
		.value = exp(middle(means, count)),
		.low = k ? exp(means[k - 1]) : NAN,
		.high = k ? exp(means[count - k]) : NAN,
	};
}

/* How much slower than `other` the cell is, as a logarithm; NaN: unknown. */
static double behind(const struct elimination *race, size_t cell, size_t other)
{
	double d[ELIMINATION_BLOCKS_MAX], means[MEANS_MAX];
	size_t n = differences(race, cell, other, d);

	return middle(means, pairwise_means(d, n, means));
}

/* Whether the cell is in and has a time. */
static bool is_timed(const struct elimination *race, size_t cell)
{
	double d[ELIMINATION_BLOCKS_MAX];

	return race->cells[cell].state == ELIMINATION_IN &&
		differences(race, cell, cell, d) > 0;
}

/* The cell that is fastest, compared block by block with another. */
static size_t fastest_beside(const struct elimination *race, size_t other)
{
	size_t fastest = other;
	double least = 0;

	for (size_t i = 0; i < race->terms.cells; i++) {
		double at =
			is_timed(race, i) ? behind(race, i, other) : INFINITY;

		if (at < least) {
			least = at;
			fastest = i;
		}
	}
	return fastest;
}

/*
 * The cell that is fastest. What is fastest beside one cell may not be so beside
 * another, but is after some steps; they might go round, so there is a limit.
 */
static size_t find_leader(const struct elimination *race)
{
	size_t leader = 0, cells = race->terms.cells;

	while (leader < cells && !is_timed(race, leader))
		leader++;
	for (size_t step = 0; leader < cells && step < cells; step++) {
		size_t next = fastest_beside(race, leader);

		if (next == leader)
			break;
		leader = next;
	}
	return leader;
}

/*
 * The usual variance of differences to the leader, also of cells that were
 * dropped as slower. 0: none is known.
 */
static double usual_variance(const struct elimination *race)
{
	double d[ELIMINATION_BLOCKS_MAX];
	size_t known = 0;

	for (size_t i = 0; i < race->terms.cells; i++) {
		size_t n;

		if (race->cells[i].state > ELIMINATION_SLOWER ||
			i == race->leader)
			continue;
		n = differences(race, i, race->leader, d);
		if (n > 1)
			race->scratch[known++] = gsl_stats_variance(d, 1, n);
	}
	known = stats_sort(race->scratch, known);
	return known > 1 ? stats_quantile(race->scratch, known, 0.5) : 0;
}

/* How a cell compares with the leader, as p-values; NaN: too few blocks. */
struct weight {
	double slower; /* that it is slower by no more than ELIMINATION_CLOSE */
	double close;  /* that it is slower by at least so much */
};

/*
 * By two tests, of which the one that finds more counts, at twice its p: the
 * moderated t-test, which needs few blocks, and the exact sign-flip test, to
 * which a trial that was disturbed does no harm.
 */
static struct weight weigh(
	const struct elimination *race, size_t cell, double usual)
{
	double shift = log1p(ELIMINATION_CLOSE), d[ELIMINATION_BLOCKS_MAX];
	double prior = usual > 0 ? PRIOR_DF : 0, variance, t, df;
	size_t n = differences(race, cell, race->leader, d);

	if (n < ELIMINATION_FIRST_LOOK)
		return (struct weight){NAN, NAN};
	df = (double)n - 1;
	variance = (prior * usual + df * gsl_stats_variance(d, 1, n)) /
		(prior + df);
	variance = fmax(variance, LEAST_SPREAD * LEAST_SPREAD);
	t = (gsl_stats_mean(d, 1, n) - shift) / sqrt(variance / (double)n);
	return (struct weight){
		.slower = 2 *
			fmin(gsl_cdf_tdist_Q(t, prior + df),
				check_p_above(d, NULL, n, shift)),
		.close = 2 *
			fmin(gsl_cdf_tdist_P(t, prior + df),
				check_p_below(d, NULL, n, shift)),
	};
}

static void drop(
	struct elimination *race, size_t cell, enum elimination_state state)
{
	race->cells[cell].state = state;
	race->cells[cell].by = race->leader;
}

static void drop_void(struct elimination *race)
{
	double blocks = (double)race->block;

	for (size_t i = 0; i < race->terms.cells; i++) {
		double d[ELIMINATION_BLOCKS_MAX];
		size_t excused = race->cells[i].excused;
		size_t none = race->block - differences(race, i, i, d);

		if (race->cells[i].state == ELIMINATION_IN &&
			((double)(none - excused) >
					fmax(1, VOID_SHARE * blocks) ||
				(double)none > fmax(2, EXCUSED_SHARE * blocks)))
			drop(race, i, ELIMINATION_INVALID);
	}
}

/* Drops what fails more requests than the cell that fails least. */
static void drop_failing(struct elimination *race, double level)
{
	const struct elimination_cell *least = NULL;
	size_t best = race->terms.cells;

	for (size_t i = 0; i < race->terms.cells; i++) {
		const struct elimination_cell *cell = &race->cells[i];

		if (cell->state != ELIMINATION_IN || !cell->failing.all)
			continue;
		if (!least ||
			cell->failing.failed * least->failing.all <
				least->failing.failed * cell->failing.all) {
			least = cell;
			best = i;
		}
	}
	for (size_t i = 0; least && i < race->terms.cells; i++)
		if (race->cells[i].state == ELIMINATION_IN &&
			failing_p(race->cells[i].failing, least->failing) <=
				level) {
			drop(race, i, ELIMINATION_FAILING);
			race->cells[i].by = best;
		}
}

/* Compares the cells with the leader. Returns whether one is undecided. */
static bool look(struct elimination *race, double level)
{
	double usual = usual_variance(race);
	bool open = false;

	for (size_t i = 0; i < race->terms.cells; i++) {
		struct elimination_cell *cell = &race->cells[i];
		struct weight weight;

		if (cell->state != ELIMINATION_IN || i == race->leader)
			continue;
		weight = weigh(race, i, usual);
		if (weight.slower <= level)
			drop(race, i, ELIMINATION_SLOWER);
		cell->close = weight.close <= level;
		open |= cell->state == ELIMINATION_IN && !cell->close;
	}
	return open;
}

static size_t count_in(const struct elimination *race)
{
	size_t count = 0;

	for (size_t i = 0; i < race->terms.cells; i++)
		count += race->cells[i].state == ELIMINATION_IN;
	return count;
}

/*
 * The level of each test after this block. One of the cells that are in is the
 * fastest, and each of the others may be the leader that it is compared with.
 */
static double level_now(const struct elimination *race)
{
	size_t others = count_in(race) - 1, now = race->block;
	size_t before = now > ELIMINATION_FIRST_LOOK ? now - 1 : 0;

	return spending_level(
		       ELIMINATION_ALPHA, before, now, race->terms.blocks) /
		(double)(others ? others : 1);
}

/* Drops cells. Returns whether more blocks could tell more. */
static bool drop_losers(struct elimination *race)
{
	double level = level_now(race);

	drop_failing(race, level);
	if (race->cells[race->leader].state != ELIMINATION_IN)
		race->leader = find_leader(race);
	return look(race, level);
}

bool elimination_end_block(struct elimination *race)
{
	bool open = true;

	race->block++;
	drop_void(race);
	race->leader = find_leader(race);
	if (race->leader < race->terms.cells &&
		race->block >= ELIMINATION_FIRST_LOOK)
		open = drop_losers(race);
	return count_in(race) &&
		(open || race->block < ELIMINATION_BLOCKS_MIN) &&
		race->block < race->terms.blocks &&
		race->trials + count_in(race) <= race->trials_max;
}

size_t elimination_choose(const struct elimination *race, const size_t *order)
{
	size_t chosen = race->leader;

	for (size_t i = 0; i < race->terms.cells; i++)
		if (is_timed(race, i) && order[i] < order[chosen] &&
			behind(race, i, race->leader) <=
				log1p(ELIMINATION_CLOSE))
			chosen = i;
	return chosen;
}
