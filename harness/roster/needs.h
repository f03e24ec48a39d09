/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System calls that some strategies need: an old kernel lacks them, and a
 * container may deny them (seccomp(2)).
 */
#ifndef HARNESS_ROSTER_NEEDS_H
#define HARNESS_ROSTER_NEEDS_H

#include <flagrace/strategy.h>

#include "harness/base/error.h"

/*
 * Returns 0 if the strategy can run here; otherwise -1 with *err, which names
 * the call, its error and a remedy.
 */
int needs_check(const struct fr_strategy *strategy, struct fr_error *err);

/* The remedy if the profile of a container denies a call. */
#define NEEDS_SECCOMP_REMEDY                           \
	"allow it in the container's seccomp profile " \
	"(docker run --security-opt seccomp=FILE)"

#endif
