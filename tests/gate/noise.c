/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "noise.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

/* Correlation of a slot with the one before. */
static const double RHO = 0.5;
/* Standard deviation of the drift over a job of so many blocks. */
static const double DRIFT = 0.10;
enum { DRIFT_BLOCKS = 20 };
/* Correlation of what falls on head with that of the block before. */
static const double HEAD_RHO = 0.6;
/* Chance that a slot is hit by a spike. */
static const double SPIKE_CHANCE = 0.05;
/* A machine of two speeds: how far apart, and the chance to change per slot. */
static const double SPEEDS_APART = 0.25, SPEED_CHANGE = 1.0 / 60;

struct noise_source {
	gsl_rng *random;
};

int noise_create(struct noise_source **out, unsigned long seed)
{
	struct noise_source *source = calloc(1, sizeof(*source));

	*out = NULL;
	if (!source)
		return -ENOMEM;
	source->random = gsl_rng_alloc(gsl_rng_mt19937);
	if (!source->random) {
		free(source);
		return -ENOMEM;
	}
	gsl_rng_set(source->random, seed);
	*out = source;
	return 0;
}

void noise_free(struct noise_source *source)
{
	if (!source)
		return;
	gsl_rng_free(source->random);
	free(source);
}

/* The next value of an autoregressive series of that standard deviation. */
static double step(
	struct noise_source *source, double before, double rho, double sigma)
{
	return rho * before +
		gsl_ran_gaussian(source->random, sigma * sqrt(1 - rho * rho));
}

/* Of slots correlated by 1/2, ABBA leaves the variance of one x 9/16. */
static void draw_own(struct noise_source *source,
	const struct noise_level *level, struct noise *row)
{
	double slot_sigma = level->sigma / 0.75;
	double slot = gsl_ran_gaussian(source->random, slot_sigma);
	double head = gsl_ran_gaussian(source->random, level->head);

	for (size_t s = 0; s < NOISE_SLOTS; s++) {
		slot = step(source, slot, RHO, slot_sigma);
		row->slow[s] = slot;
		if (gsl_rng_uniform(source->random) < SPIKE_CHANCE)
			row->slow[s] += gsl_ran_exponential(
				source->random, level->spike);
	}
	for (size_t b = 0; b < NOISE_BLOCKS; b++) {
		row->head[b] = head;
		head = step(source, head, HEAD_RHO, level->head);
	}
}

void noise_draw(struct noise_source *source, const struct noise_level *level,
	struct noise *rows, size_t count)
{
	double drift = gsl_ran_gaussian(source->random, DRIFT);
	double slow = gsl_rng_uniform(source->random) < 0.5 ? SPEEDS_APART : 0;
	size_t slots = count * NOISE_SLOTS, drifted = 4 * count * DRIFT_BLOCKS;

	for (size_t i = 0; i < count; i++)
		draw_own(source, level, &rows[i]);
	for (size_t t = 0; t < slots; t++) {
		size_t block = t / (4 * count), row = t / 4 % count;

		if (gsl_rng_uniform(source->random) <
			SPEED_CHANGE / (double)count)
			slow = SPEEDS_APART - slow;
		rows[row].slow[4 * block + t % 4] +=
			slow + drift * (double)t / (double)drifted;
	}
}

struct noise_race noise_race_begin(struct noise_source *source, size_t trials)
{
	return (struct noise_race){
		.slot = gsl_ran_gaussian(source->random, 1),
		.slow = gsl_rng_uniform(source->random) < 0.5 ? SPEEDS_APART
							      : 0,
		.drift = gsl_ran_gaussian(source->random, DRIFT),
		.trials = trials,
	};
}

double noise_race_next(struct noise_source *source, struct noise_race *race,
	double sigma, double spike)
{
	double slow;

	race->slot = step(source, race->slot, RHO, 1);
	if (gsl_rng_uniform(source->random) < SPEED_CHANGE)
		race->slow = SPEEDS_APART - race->slow;
	slow = sigma * race->slot + race->slow +
		race->drift * (double)race->done++ / (double)race->trials;
	if (gsl_rng_uniform(source->random) < SPIKE_CHANCE)
		slow += gsl_ran_exponential(source->random, spike);
	return slow;
}

double noise_uniform(struct noise_source *source)
{
	return gsl_rng_uniform(source->random);
}
