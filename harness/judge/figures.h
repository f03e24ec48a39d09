/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial's figures, computed from its account. No judgement here. */
#ifndef HARNESS_JUDGE_FIGURES_H
#define HARNESS_JUDGE_FIGURES_H

#include "harness/judge/account.h"

/*
 * Fills in the row's times, counts and costs; what the trial did not get to
 * stays unknown. Returns 0 or -ENOMEM.
 */
int figures_fill(const struct account *account, struct trial_row *row);

#endif
