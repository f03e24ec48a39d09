/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warns of faults that a run asks for but no request meets. */
#ifndef HARNESS_RACE_UNDRAWN_H
#define HARNESS_RACE_UNDRAWN_H

#include <stdint.h>
#include <stdio.h>

#include "harness/plan/plan.h"

/*
 * Prints a warning for each fault of the plan's cells that no request's first
 * attempt meets in blocks 1 to `blocks` of a run with that seed, and says how
 * many requests are needed to meet it. Computes the server's draws without
 * asking the server. Prints nothing about a fault if there is no memory.
 */
void undrawn_tell(
	FILE *out, const struct plan *plan, uint64_t seed, uint64_t blocks);

#endif
