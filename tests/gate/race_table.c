/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * race_table [RACES [FILE]]: simulates races of cells on a noisy machine, whose
 * true times are known, and a run of all blocks of all cells beside each. Counts
 * how often the race picks the cell that the run found fastest, or one within 3 %
 * of it, how often the race drops the cell that is truly the fastest, and how
 * many trials it takes. Prints a table of docs/METHOD.md. The exit status is 1 if
 * the rule does worse than that page promises, in 500 races or more. With FILE,
 * times of the same cells are written there, for tests/gate/irace.R.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/gate/elimination.h"
#include "noise.h"

/* Fewer races than ENOUGH_RACES are too few to judge the rule by. */
enum { CELLS_MAX = 48, BLOCKS = 20, ENOUGH_RACES = 500 };

/* The true times of a scenario's cells, and how they vary. */
struct field {
	size_t cells;
	double time[CELLS_MAX];
	double sigma[CELLS_MAX];
	double spike;
};

/* A kind of scenario, of which each seed draws another field. */
struct kind {
	const char *name;
	void (*draw)(struct field *field, struct noise_source *source);
};

static void all_vary(struct field *field, double sigma, double spike)
{
	for (size_t i = 0; i < field->cells; i++)
		field->sigma[i] = sigma;
	field->spike = spike;
}

/* Puts the cells into any order, since the first cell is no favourite. */
static void mix(struct field *field, struct noise_source *source)
{
	for (size_t i = field->cells - 1; i > 0; i--) {
		size_t j = (size_t)((double)(i + 1) * noise_uniform(source));
		double time = field->time[i];

		field->time[i] = field->time[j];
		field->time[j] = time;
	}
}

/* The headline, as measured: many cells within 10 %, and three far behind. */
static void draw_headline(struct field *field, struct noise_source *source)
{
	static const double behind[] = {1, 1.004, 1.023, 1.023, 1.06, 1.07,
		1.071, 1.074, 1.095, 1.097, 1.098, 1.107, 1.108, 1.36, 1.44,
		6.8, 19.2};

	field->cells = sizeof(behind) / sizeof(behind[0]);
	for (size_t i = 0; i < field->cells; i++)
		field->time[i] = behind[i] * (1 + 0.01 * noise_uniform(source));
	mix(field, source);
	all_vary(field, 0.015, 0.1);
}

static void draw_equal(struct field *field, struct noise_source *source)
{
	(void)source;
	field->cells = 16;
	for (size_t i = 0; i < field->cells; i++)
		field->time[i] = 1;
	all_vary(field, 0.03, 0.1);
}

static void draw_one_ahead(struct field *field, struct noise_source *source)
{
	size_t winner = (size_t)(16 * noise_uniform(source));

	field->cells = 16;
	for (size_t i = 0; i < field->cells; i++)
		field->time[i] = i == winner ? 1 : 1.1;
	all_vary(field, 0.03, 0.1);
}

static void ladder(struct field *field, struct noise_source *source,
	size_t cells, double step)
{
	field->cells = cells;
	for (size_t i = 0; i < cells; i++)
		field->time[i] = pow(1 + step, (double)i);
	mix(field, source);
	all_vary(field, 0.03, 0.1);
}

static void draw_steps_1(struct field *field, struct noise_source *source)
{
	ladder(field, source, 24, 0.01);
}

static void draw_steps_3(struct field *field, struct noise_source *source)
{
	ladder(field, source, 24, 0.03);
}

static void draw_few(struct field *field, struct noise_source *source)
{
	ladder(field, source, 3, 0.04);
}

/* Eight strategies, whose costs differ, at six concurrencies. */
static void draw_curves(struct field *field, struct noise_source *source)
{
	field->cells = 48;
	for (size_t s = 0; s < 8; s++) {
		double sigma = 0.02 * noise_uniform(source);
		double kappa = 0.002 * noise_uniform(source);
		double cost = 1 + 0.15 * noise_uniform(source);

		for (size_t c = 0; c < 6; c++) {
			double n = (double)(1 << c);

			field->time[6 * s + c] = cost *
				(1 + sigma * (n - 1) + kappa * n * (n - 1)) / n;
		}
	}
	all_vary(field, 0.03, 0.1);
}

static void draw_noisy(struct field *field, struct noise_source *source)
{
	ladder(field, source, 16, 0.03);
	all_vary(field, 0.08, 0.3);
}

/* Some cells repeat their times well, and others badly. */
static void draw_uneven(struct field *field, struct noise_source *source)
{
	ladder(field, source, 16, 0.03);
	for (size_t i = 0; i < field->cells; i++)
		field->sigma[i] = 0.01 + 0.09 * noise_uniform(source);
}

static const struct kind kinds[] = {
	{"the headline: 17 cells, 10 of them within 10 %", draw_headline},
	{"16 equal cells", draw_equal},
	{"one of 16 is ahead by 10 %", draw_one_ahead},
	{"24 cells, 1 % apart", draw_steps_1},
	{"24 cells, 3 % apart", draw_steps_3},
	{"3 cells, 4 % apart", draw_few},
	{"8 strategies at 6 concurrencies", draw_curves},
	{"16 cells, 3 % apart, noise of 8 %, spikes of 30 %", draw_noisy},
	{"16 cells, 3 % apart, noise of 1 to 10 %", draw_uneven},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* What was counted over the races of a kind. */
struct counts {
	unsigned same, near, simple, lost;
	double trials, most; /* shares of the full run's: mean, greatest */
};

static double trial(struct noise_source *source, struct noise_race *machine,
	const struct field *field, size_t cell)
{
	return 50e6 * field->time[cell] *
		exp(noise_race_next(
			source, machine, field->sigma[cell], field->spike));
}

static void shuffle(
	struct noise_source *source, const struct field *field, size_t *order)
{
	for (size_t i = 0; i < field->cells; i++)
		order[i] = i;
	for (size_t i = field->cells - 1; i > 0; i--) {
		size_t j = (size_t)((double)(i + 1) * noise_uniform(source));
		size_t cell = order[i];

		order[i] = order[j];
		order[j] = cell;
	}
}

/* The cell that a run of all blocks finds fastest, by its median. */
static size_t run_all(
	struct noise_source *source, const struct field *field, FILE *file)
{
	struct noise_race machine =
		noise_race_begin(source, field->cells * BLOCKS);
	double times[CELLS_MAX][BLOCKS], least = INFINITY;
	size_t order[CELLS_MAX], winner = 0;

	for (size_t block = 0; block < BLOCKS; block++) {
		shuffle(source, field, order);
		for (size_t i = 0; i < field->cells; i++)
			times[order[i]][block] =
				trial(source, &machine, field, order[i]);
	}
	for (size_t i = 0; file && i < field->cells; i++) {
		fprintf(file, "%.9g", field->time[i]);
		for (size_t block = 0; block < BLOCKS; block++)
			fprintf(file, " %.9g", times[i][block]);
		fprintf(file, "\n");
	}
	for (size_t i = 0; i < field->cells; i++) {
		double median = stats_median(times[i], BLOCKS).value;

		if (median < least) {
			least = median;
			winner = i;
		}
	}
	return winner;
}

static struct elimination *run_race(
	struct noise_source *source, const struct field *field)
{
	const struct elimination_terms terms = {
		.cells = field->cells, .blocks = BLOCKS};
	struct noise_race machine =
		noise_race_begin(source, elimination_trials_max(&terms));
	size_t order[CELLS_MAX];
	struct elimination *race;

	if (elimination_create(&race, &terms))
		abort();
	do {
		shuffle(source, field, order);
		for (size_t i = 0; i < field->cells; i++)
			if (race->cells[order[i]].state == ELIMINATION_IN)
				elimination_tell(race, order[i],
					&(struct elimination_trial){
						.time = trial(source, &machine,
							field, order[i])});
	} while (elimination_end_block(race));
	return race;
}

static size_t fastest(const struct field *field)
{
	size_t best = 0;

	for (size_t i = 1; i < field->cells; i++)
		if (field->time[i] < field->time[best])
			best = i;
	return best;
}

static void count_race(struct counts *counts, const struct field *field,
	const struct elimination *race, size_t winner)
{
	double share = (double)race->trials / (double)(field->cells * BLOCKS);
	size_t order[CELLS_MAX], chosen;

	/* The cells come in any order, so this one is as good as another. */
	for (size_t i = 0; i < field->cells; i++)
		order[i] = i;
	chosen = elimination_choose(race, order);

	counts->same += race->leader == winner;
	counts->near += field->time[race->leader] <= 1.03 * field->time[winner];
	counts->simple += field->time[chosen] <= 1.03 * field->time[winner];
	counts->lost += race->cells[fastest(field)].state != ELIMINATION_IN;
	counts->trials += share;
	counts->most = fmax(counts->most, share);
}

int main(int argc, char **argv)
{
	unsigned races =
		argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ENOUGH_RACES;
	FILE *file = argc > 2 ? fopen(argv[2], "w") : NULL;
	struct noise_source *source;
	bool bad = false;

	if (races == 0 || noise_create(&source, 11))
		return 2;
	printf("| cells | picks the run's fastest | or one within 3 %% | "
	       "recommends one within 3 %% | drops the truly fastest | trials | at most |\n"
	       "|---|---|---|---|---|---|---|\n");
	for (size_t k = 0; k < KINDS; k++) {
		struct counts counts = {0};
		struct field field;

		for (unsigned i = 0; i < races; i++) {
			struct elimination *race;
			size_t winner;

			memset(&field, 0, sizeof(field));
			kinds[k].draw(&field, source);
			winner = run_all(source, &field, NULL);
			/* The others race times of their own, too. */
			if (file) {
				fprintf(file, "# %zu %zu %zu\n", k + 1,
					field.cells, winner + 1);
				(void)run_all(source, &field, file);
			}
			race = run_race(source, &field);
			count_race(&counts, &field, race, winner);
			elimination_free(race);
		}
		printf("| %s | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f |\n",
			kinds[k].name, 100.0 * counts.same / races,
			100.0 * counts.near / races,
			100.0 * counts.simple / races,
			100.0 * counts.lost / races,
			100 * counts.trials / races, 100 * counts.most);
		bad |= counts.near * 100 < 95 * races ||
			counts.simple * 100 < 95 * races ||
			counts.lost * 100 > 5 * races || counts.most > 0.35;
	}
	noise_free(source);
	if (file)
		(void)fclose(file);
	return bad && races >= ENOUGH_RACES;
}
