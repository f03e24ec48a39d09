/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Simulates a shared machine: how much slower than usual it is during each trial
 * of a job. All of it follows from the seed. One thread.
 */
#ifndef TESTS_GATE_NOISE_H
#define TESTS_GATE_NOISE_H

#include <stddef.h>

/* A job is so many blocks of four slots; and the same again to confirm. */
enum { NOISE_BLOCKS = 93, NOISE_SLOTS = 4 * NOISE_BLOCKS };

/* How much slower each of a row's slots is, as logarithms. */
struct noise {
	double slow[NOISE_SLOTS];
	double head[NOISE_BLOCKS]; /* what falls on head alone, in a block */
};

struct noise_source;

/* *out is the caller's. Returns 0 or -ENOMEM. */
int noise_create(struct noise_source **out, unsigned long seed);
void noise_free(struct noise_source *source);

/* How noisy a job is, as logarithms. */
struct noise_level {
	/* Of a block's log-ratio, before spikes and changes of speed. */
	double sigma;
	double spike; /* the mean of what hits one slot in twenty */
	/*
	 * The standard deviation of what falls on head alone; it is like that of
	 * the block before, by a correlation of 0.6.
	 */
	double head;
};

/*
 * Draws count rows of one job, measured one after the other within each block,
 * so that all of them share drift and speed of the machine.
 */
void noise_draw(struct noise_source *source, const struct noise_level *level,
	struct noise *rows, size_t count);

/* The machine of a race, whose trials come one after another. */
struct noise_race {
	double slot;  /* what carries over from one trial to the next */
	double slow;  /* the machine's speed */
	double drift; /* to the end of `trials` */
	size_t trials, done;
};

/* A race that takes about so many trials. */
struct noise_race noise_race_begin(struct noise_source *source, size_t trials);

/*
 * How much slower the next trial is, as a logarithm. sigma: its own standard
 * deviation; spike: as above.
 */
double noise_race_next(struct noise_source *source, struct noise_race *race,
	double sigma, double spike);

/* A number uniform in [0, 1), for what else is drawn. */
double noise_uniform(struct noise_source *source);

#endif
