/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a product that a plan leaves out. */
#ifndef HARNESS_PLAN_EXCLUSION_H
#define HARNESS_PLAN_EXCLUSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/plan/sweep.h"

/* The caller owns all of it, and has checked the entries' values. */
struct exclusion {
	/* An entry excludes cells whose values are in all non-empty lists. */
	const struct sweep *entries;
	size_t count;
	bool *excluding;   /* for each entry: it has excluded some cell */
	uint64_t compared; /* comparisons with values so far */
};

/* Whether some entry excludes the cell. Notes which entries exclude any. */
bool exclusion_has(struct exclusion *exclusion, const struct cell *cell);

#endif
