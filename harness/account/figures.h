/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Computes a trial's figures from its account; docs/METHOD.md gives the rules.
 * Nothing here judges whether the trial is valid. figures_fill() calls the
 * functions of the three other files, which have no other caller.
 */
#ifndef HARNESS_ACCOUNT_FIGURES_H
#define HARNESS_ACCOUNT_FIGURES_H

#include "harness/account/account.h"
#include "harness/record/rows.h"

/* For qsort(3): two uint64_t, the smaller one first. */
static inline int compare_counts(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/*
 * Fills in the row's times, counts and costs. Figures of a phase that the
 * trial did not reach stay unknown. Returns 0 or -ENOMEM.
 */
int figures_fill(const struct account *account, struct trial_row *row);

/*
 * parts.c: splits the elapsed time into the ideal, the server's lateness, the
 * waits before items were started, and the rest. Reads the row's elapsed time
 * and ideal, either of which may be unknown. Returns 0 or -ENOMEM.
 */
int parts_fill(const struct account *account, struct trial_row *row);

/*
 * peak.c: the most requests in flight at once. A request is in flight from
 * arrival to sent in the witness's rows, which may be in any order and from
 * any loop of the server. Returns 0 or -ENOMEM.
 */
int peak_in_flight(uint64_t *peak, const struct account *account);

/*
 * queueing.c: in an open loop, how long items waited for a worker; in every
 * loop, the mean number in flight by the client's stamps and by the witness's.
 * By Little's law the two means agree. Returns 0 or -ENOMEM.
 */
int queueing_fill(const struct account *account, struct trial_row *row);

#endif
