/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a race of advise has measured, and the advice that follows. One thread. */
#ifndef HARNESS_RACE_ADVISE_FINDINGS_H
#define HARNESS_RACE_ADVISE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/gate/elimination.h"
#include "harness/race/advise.h"

/* All of it is the race's. */
struct advise_findings {
	const struct race *race;
	const struct advise_terms *terms;
	const struct plan *all; /* the cells that qualify */
	const double *least_ns; /* of each cell of `all`: its delays alone */
	const bool *beyond;     /* of each cell of `all`: it was not raced */
	const size_t *cells;    /* of `all`, that were raced: `count` of them */
	size_t count;
	const struct elimination *elimination; /* NULL: none was raced */
	/* [raced cell][block of ELIMINATION_BLOCKS_MAX], of those run */
	const struct trial_row *trials;
};

/* The time by which trials are compared, in ns; NaN: it gives no figure. */
double advise_time_of(
	const struct advise_terms *terms, const struct trial_row *row);

/* *advice is the caller's to release. Returns 0 or -ENOMEM. */
int advise_conclude(struct advice *advice, const struct advise_findings *found);

#endif
