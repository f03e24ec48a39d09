/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faults that a run asked for and no request met. */
#ifndef HARNESS_RACE_UNDRAWN_H
#define HARNESS_RACE_UNDRAWN_H

#include <stdint.h>
#include <stdio.h>

#include "harness/plan/plan.h"

/*
 * Prints a warning for each fault of the plan's cells that no request's first
 * attempt met in blocks 1 to `blocks` of a run with that seed, and how many
 * requests would meet it. The server's draws are known without asking it.
 * Says nothing of a fault where there is no memory to find out.
 */
void undrawn_tell(
	FILE *out, const struct plan *plan, uint64_t seed, uint64_t blocks);

#endif
