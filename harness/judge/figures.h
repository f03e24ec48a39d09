/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trial's figures, computed from its account; the rules stand in
 * docs/METHOD.md. No judgement of validity here. figures.c fills in all of
 * them with the help of the three files below, which nothing else calls.
 */
#ifndef HARNESS_JUDGE_FIGURES_H
#define HARNESS_JUDGE_FIGURES_H

#include "harness/judge/account.h"
#include "harness/record/rows.h"

/*
 * Fills in the row's times, counts and costs; what the trial did not get to
 * stays unknown. Returns 0 or -ENOMEM.
 */
int figures_fill(const struct account *account, struct trial_row *row);

/*
 * parts.c: of what the elapsed time is made: the ideal, the server's lateness,
 * the waits before items were started, and the rest. The row has its elapsed
 * time and ideal as far as they are known. Returns 0 or -ENOMEM.
 */
int parts_fill(const struct account *account, struct trial_row *row);

/*
 * peak.c: the most requests in flight at once, from the times of the witness's
 * rows: [arrival, sent], whichever loop of the server wrote them and in
 * whatever order. Returns 0 or -ENOMEM.
 */
int peak_in_flight(uint64_t *peak, const struct account *account);

/*
 * queueing.c: how items waited: for a worker, in an open loop; and in flight,
 * by the client's stamps and by the witness's, which Little's law has agree.
 * Returns 0 or -ENOMEM.
 */
int queueing_fill(const struct account *account, struct trial_row *row);

#endif
