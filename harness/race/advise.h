/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Races the strategies that qualify, drops those that are slower
 * (harness/gate/elimination.h), and makes an advice of it. One thread.
 */
#ifndef HARNESS_RACE_ADVISE_H
#define HARNESS_RACE_ADVISE_H

#include <stdio.h>

#include "harness/base/texts.h"
#include "harness/race/advice.h"
#include "harness/race/race.h"

/* A cell is not raced if its delays alone take so many times the best time. */
#define ADVISE_BEYOND 1.25

/* What is asked for, besides the race. The caller owns all of it. */
struct advise_terms {
	enum summary_clock clock;
	const struct texts *without; /* words of harness/roster/traits.h */
	const struct texts *order;   /* strategies that are simplest */
	/* Called after each block; NULL: not wanted. */
	void (*told)(void *ctx, const struct elimination *race);
	void *ctx;
};

/*
 * Leaves out the cells that do not qualify: those of strategies that need what
 * terms->without has, and the floor of the harness. Returns 0, or -1 with *err:
 * none is left, or the cells are of more than one workload, or of an open loop.
 */
int advise_qualify(struct plan *plan, const struct advise_terms *terms,
	struct fr_error *err);

/* The most blocks of a race that may have that many: there is a limit. */
size_t advise_blocks(uint64_t blocks);

/*
 * The most trials that the race of the plan's cells takes, with its first block,
 * which does not count.
 */
size_t advise_trials_max(const struct plan *plan, uint64_t blocks);

/*
 * Prints the cells, the most trials, and about how long the race takes. Returns
 * 0, or -1 with *err.
 */
int advise_forecast(FILE *out, const struct plan *plan, uint64_t blocks,
	uint64_t seed, struct fr_error *err);

/*
 * Runs the race, which grows and has the plan that qualifies. race->blocks is at
 * most ELIMINATION_BLOCKS_MAX. *advice is filled in with what was measured in
 * any case, and the caller's to release.
 */
enum race_outcome advise_race(struct advice *advice, struct race *race,
	const struct advise_terms *terms, struct fr_error *err);

#endif
