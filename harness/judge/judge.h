/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judges a trial by its account: it is valid only if client and witness agree.
 * An invalid trial keeps its row, with the reason, and yields no figure.
 */
#ifndef HARNESS_JUDGE_JUDGE_H
#define HARNESS_JUDGE_JUDGE_H

#include "harness/account/account.h"
#include "harness/record/rows.h"

/*
 * Fills in what follows from the account: figures, verdict and reason. The
 * caller fills in the row's names and settings. Returns 0 or -ENOMEM.
 */
int judge_trial(const struct account *account, struct trial_row *row);

/*
 * Whether a trial is invalid because this machine was too busy for its link,
 * which says nothing against its strategy.
 */
bool judge_blames_machine(const struct trial_row *row);

/* Fills in the row of item i, except its run and trial. */
void judge_request(
	const struct account *account, size_t i, struct request_row *row);

/* Fills in the row of connection i of the witness, except run and trial. */
void judge_connection(
	const struct account *account, size_t i, struct connection_row *row);

/* Fills in the row of host h, from 0, except run and trial. */
void judge_host(
	const struct account *account, unsigned h, struct trial_host_row *row);

#endif
