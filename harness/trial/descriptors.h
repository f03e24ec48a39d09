/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many file descriptors this process, and those it starts, may have. */
#ifndef HARNESS_TRIAL_DESCRIPTORS_H
#define HARNESS_TRIAL_DESCRIPTORS_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/* Raises the soft limit to the hard one; where that fails, it stays. */
void descriptors_raise(void);

/*
 * Whether the hard limit leaves what the strategy, and the server, need for
 * `concurrency` requests. Returns 0, or -1 with *err, which names the number.
 */
int descriptors_check(const struct fr_strategy *strategy, unsigned concurrency,
	struct fr_error *err);

#endif
