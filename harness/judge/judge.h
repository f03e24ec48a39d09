/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judges a trial by its account: valid only when client and witness agree.
 * Every other trial keeps its row, with the reason, and never yields a figure.
 */
#ifndef HARNESS_JUDGE_JUDGE_H
#define HARNESS_JUDGE_JUDGE_H

#include "harness/judge/account.h"
#include "harness/record/rows.h"

/*
 * Fills in all that follows from the account: figures, verdict, reason. The
 * row's names and settings are the caller's. Returns 0 or -ENOMEM.
 */
int judge_trial(const struct account *account, struct trial_row *row);

/* Fills in item i's row, but for its run and trial. */
void judge_request(
	const struct account *account, size_t i, struct request_row *row);

#endif
