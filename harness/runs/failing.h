/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether one side failed more of its requests than another, and not by
 * chance: Fisher's exact test (R. A. Fisher, The Logic of Inductive Inference,
 * 1935), one-sided. Who fails more is not to be called faster. Pure; any
 * thread.
 */
#ifndef HARNESS_RUNS_FAILING_H
#define HARNESS_RUNS_FAILING_H

#include <stdbool.h>
#include <stdint.h>

/* How many requests there were, and how many of them failed (<= all). */
struct failing {
	uint64_t failed, all;
};

/* The chance of a false finding, of all cells of a group together. */
#define FAILING_LEVEL 0.01

/*
 * The probability that `its` would have as many failures as it has, or more,
 * if those of both sides had fallen on requests by chance. 1 where a side has
 * no request.
 */
double failing_p(struct failing its, struct failing other);

/* Whether its failures are significantly more than the other's. */
bool failing_more(struct failing its, struct failing other);

#endif
