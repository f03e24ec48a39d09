/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What some strategies need. An old kernel lacks a system call, and a container
 * may deny one (seccomp(2)); an old libcurl lacks multiplexing.
 */
#ifndef HARNESS_ROSTER_NEEDS_H
#define HARNESS_ROSTER_NEEDS_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/*
 * Returns 0 if the strategy can run here; otherwise -1 with *err, which names
 * what is missing, and a remedy.
 */
int needs_check(const struct fr_strategy *strategy, struct fr_error *err);

/* The same for what the strategy needs over plain HTTP besides. */
int needs_check_plain(const struct fr_strategy *strategy, struct fr_error *err);

/* And for what it needs to resume TLS sessions. */
int needs_check_resuming(
	const struct fr_strategy *strategy, struct fr_error *err);

#endif
