/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server's rate limit (--limit) did to a trial. Pure. */
#ifndef HARNESS_ACCOUNT_LIMIT_H
#define HARNESS_ACCOUNT_LIMIT_H

#include "harness/account/account.h"
#include "harness/record/rows.h"

/* How many requests the server answered 429 because of its limit. */
uint64_t limit_refused(const struct account *account);

/*
 * The least time in which the server can have let in all other requests of the
 * trial: its bucket is full at first, so n requests take (n - burst) / rate.
 * 0: there is no limit.
 */
uint64_t limit_floor_ns(
	const struct account *account, const struct trial_row *row);

#endif
