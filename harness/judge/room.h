/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a strategy kept below the concurrency it was given by its own will.
 * docs/METHOD.md derives the rule. Pure.
 */
#ifndef HARNESS_JUDGE_ROOM_H
#define HARNESS_JUDGE_ROOM_H

#include <stdbool.h>

#include "harness/judge/account.h"
#include "harness/record/rows.h"

/*
 * True only when nothing but the strategy explains that row's peak in flight
 * stayed below the concurrency; false as well where no rule is safe. The row's
 * times, peak and mean in flight are filled in.
 */
bool room_was_left(const struct account *account, const struct trial_row *row);

#endif
