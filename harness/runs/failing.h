/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tests whether one side failed more of its requests than another side, beyond
 * chance: Fisher's exact test (R. A. Fisher, The Logic of Inductive Inference,
 * 1935), one-sided. A side that fails more must not be called faster. Pure;
 * any thread.
 */
#ifndef HARNESS_RUNS_FAILING_H
#define HARNESS_RUNS_FAILING_H

#include <stdbool.h>
#include <stdint.h>

/* How many requests there were, and how many of them failed (<= all). */
struct failing {
	uint64_t failed, all;
};

/* The probability of any false finding among all the cells of a group. */
#define FAILING_LEVEL 0.01

/*
 * The probability that `its` has at least as many failures as it does have, if
 * the failures of both sides had hit requests at random. 1 if a side has no
 * request.
 */
double failing_p(struct failing its, struct failing other);

/* Whether `its` failed significantly more of its requests than `other`. */
bool failing_more(struct failing its, struct failing other);

#endif
