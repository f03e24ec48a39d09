/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What takes time although neither client nor server is busy. */
#ifndef HARNESS_JUDGE_SILENT_H
#define HARNESS_JUDGE_SILENT_H

#include "harness/judge/account.h"
#include "harness/record/rows.h"

/* The words of bound_by for it, in the order in which they are looked for. */
#define SILENT_LISTEN_QUEUE "listen-queue"
#define SILENT_QUOTA        "quota"

/*
 * The word for what the kernel's counters in the row explain of its time, by
 * the rules of docs/METHOD.md; NULL: nothing. The row has its times. Pure.
 */
const char *silent_cause(
	const struct account *account, const struct trial_row *row);

#endif
