/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many file descriptors this process, and those it starts, may have. */
#ifndef HARNESS_TRIAL_DESCRIPTORS_H
#define HARNESS_TRIAL_DESCRIPTORS_H

#include "harness/error.h"

/* Raises the soft limit to the hard one; where that fails, it stays. */
void descriptors_raise(void);

/*
 * Whether the hard limit leaves a socket for each of `concurrency` requests.
 * Returns 0, or -1 with *err, which names the number needed.
 */
int descriptors_check(unsigned concurrency, struct fr_error *err);

#endif
