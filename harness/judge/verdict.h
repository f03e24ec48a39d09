/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a trial's figures may be believed, and if not, why. */
#ifndef HARNESS_JUDGE_VERDICT_H
#define HARNESS_JUDGE_VERDICT_H

#include <stddef.h>

#include "harness/judge/account.h"

/*
 * Judges the account; row holds its figures. For any verdict but valid the
 * reason is written, the most telling one first.
 */
enum trial_verdict verdict_of(const struct account *account,
	const struct trial_row *row, char *reason, size_t size);

#endif
