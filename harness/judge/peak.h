/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The most requests of a trial in flight at once, from the times of the
 * witness's rows: [arrival, sent], whichever loop of the server wrote them and
 * in whatever order. The rules stand in docs/METHOD.md.
 */
#ifndef HARNESS_JUDGE_PEAK_H
#define HARNESS_JUDGE_PEAK_H

#include "harness/judge/account.h"

/* Returns 0 with *peak, or -ENOMEM. */
int peak_in_flight(uint64_t *peak, const struct account *account);

#endif
