/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of open file descriptors, which child processes inherit. */
#ifndef HARNESS_TRIAL_DESCRIPTORS_H
#define HARNESS_TRIAL_DESCRIPTORS_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/* Raises the soft limit to the hard one, if the system allows it. */
void descriptors_raise(void);

/*
 * Checks that the hard limit is enough for the strategy and for the server with
 * `concurrency` requests in flight. Returns 0, or -1 with *err, which names the
 * number that is needed.
 */
int descriptors_check(const struct fr_strategy *strategy, unsigned concurrency,
	struct fr_error *err);

#endif
