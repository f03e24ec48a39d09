/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of open file descriptors, which child processes inherit. */
#ifndef HARNESS_TRIAL_DESCRIPTORS_H
#define HARNESS_TRIAL_DESCRIPTORS_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/* Raises the soft limit to the hard one, if the system allows it. */
void descriptors_raise(void);

/* Connections that are open at once. */
struct descriptors_use {
	unsigned client; /* of each process of the strategy */
	unsigned server; /* of the server that we start; 0: it is not ours */
};

/*
 * Checks that the hard limit is enough for the strategy and for the server.
 * Returns 0, or -1 with *err, which names the number that is needed with
 * `concurrency` requests in flight.
 */
int descriptors_check(const struct fr_strategy *strategy, unsigned concurrency,
	const struct descriptors_use *use, struct fr_error *err);

#endif
