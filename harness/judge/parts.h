/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Of what a trial's elapsed time is made: the ideal, the server's lateness, the
 * waits before items were started, and the rest. The rules stand in
 * docs/METHOD.md. No judgement of validity here.
 */
#ifndef HARNESS_JUDGE_PARTS_H
#define HARNESS_JUDGE_PARTS_H

#include "harness/judge/account.h"

/*
 * Fills in the row's members about it; its elapsed time and ideal are filled in
 * as far as they are known. Returns 0 or -ENOMEM.
 */
int parts_fill(const struct account *account, struct trial_row *row);

#endif
