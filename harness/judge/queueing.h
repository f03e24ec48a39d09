/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How items waited: for a worker, in an open loop; and in flight, by the
 * client's stamps and by the witness's, which Little's law has agree. The
 * rules stand in docs/METHOD.md. No judgement of validity here.
 */
#ifndef HARNESS_JUDGE_QUEUEING_H
#define HARNESS_JUDGE_QUEUEING_H

#include "harness/judge/account.h"

/* Fills in the row's members about it. Returns 0 or -ENOMEM. */
int queueing_fill(const struct account *account, struct trial_row *row);

#endif
