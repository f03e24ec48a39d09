/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Causes of lost time while neither client nor server is busy. */
#ifndef HARNESS_JUDGE_SILENT_H
#define HARNESS_JUDGE_SILENT_H

#include "harness/judge/account.h"
#include "harness/record/rows.h"

/* The values of bound_by for these causes, in the order of the tests. */
#define SILENT_LISTEN_QUEUE "listen-queue"
#define SILENT_QUOTA        "quota"

/*
 * The cause that the kernel's counters in the row reveal, by the rules of
 * docs/METHOD.md. NULL: none. The row has its times. Pure.
 */
const char *silent_cause(
	const struct account *account, const struct trial_row *row);

#endif
