/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Simulates a shared machine: how much slower than usual it is during each trial
 * of a job. All of it follows from the seed. One thread.
 */
#ifndef TESTS_GATE_NOISE_H
#define TESTS_GATE_NOISE_H

#include <stddef.h>

/* A job is so many blocks of four slots; and the same again to confirm. */
enum { NOISE_BLOCKS = 20, NOISE_SLOTS = 4 * NOISE_BLOCKS };

/* How much slower each of a row's slots is, as logarithms. */
struct noise {
	double slow[NOISE_SLOTS];
};

struct noise_source;

/* *out is the caller's. Returns 0 or -ENOMEM. */
int noise_create(struct noise_source **out, unsigned long seed);
void noise_free(struct noise_source *source);

/*
 * Draws count rows of one job, measured one after the other within each block,
 * so that all of them share drift and speed of the machine. sigma: standard
 * deviation of a block's log-ratio before spikes and changes of speed; spike:
 * the mean of what hits one slot in twenty.
 */
void noise_draw(struct noise_source *source, double sigma, double spike,
	struct noise *rows, size_t count);

#endif
