/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Causes of lost time that only counters of the kernel tell. */
#ifndef HARNESS_ACCOUNT_SILENT_H
#define HARNESS_ACCOUNT_SILENT_H

#include <stdbool.h>

#include "harness/account/account.h"
#include "harness/record/rows.h"

/* The values of bound_by for these causes. */
#define SILENT_LISTEN_QUEUE "listen-queue"
#define SILENT_QUOTA        "quota"

/*
 * Whether the kernel's counters in the row explain lost time by that cause, by
 * the rules of docs/METHOD.md. The row has its times. Pure.
 */
bool silent_is_in_listen_queue(
	const struct account *account, const struct trial_row *row);
bool silent_is_throttled(const struct trial_row *row);

#endif
