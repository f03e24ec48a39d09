/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a strategy deliberately used less than the concurrency it was given.
 * docs/METHOD.md derives the rule. Pure.
 */
#ifndef HARNESS_JUDGE_UNDERUSE_H
#define HARNESS_JUDGE_UNDERUSE_H

#include <stdbool.h>

#include "harness/account/account.h"
#include "harness/record/rows.h"

/*
 * True only if nothing but the strategy can explain why the row's peak in
 * flight stayed below the concurrency; false whenever another cause is
 * possible. The row has its times, its peak and its mean in flight.
 */
bool underuse_by_choice(
	const struct account *account, const struct trial_row *row);

#endif
