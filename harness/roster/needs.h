/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a strategy needs of the kernel, and whether it is to be had here: an old
 * kernel has no such call, and a container may refuse it (seccomp(2)).
 */
#ifndef HARNESS_ROSTER_NEEDS_H
#define HARNESS_ROSTER_NEEDS_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/*
 * Returns 0 if the strategy can run here; else -1 with *err saying which call
 * fails, how, and what would help.
 */
int needs_check(const struct fr_strategy *strategy, struct fr_error *err);

/* What helps where a container's profile refuses a call. */
#define NEEDS_SECCOMP_REMEDY                           \
	"allow it in the container's seccomp profile " \
	"(docker run --security-opt seccomp=FILE)"

#endif
