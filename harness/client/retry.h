/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tries of failed items: whether an item is tried again, and after which wait.
 * Pure; the judge of a trial computes the same.
 *
 * The wait is a random time with "full jitter": uniform between 0 and a bound
 * that doubles with each try (Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015). It is a function of (seed, item, try), so all
 * strategies draw the same waits.
 */
#ifndef HARNESS_CLIENT_RETRY_H
#define HARNESS_CLIENT_RETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flagrace/job.h>

#include "harness/plan/retry_spec.h"

struct fr_retry {
	struct retry_spec spec;
	uint64_t seed; /* of the waits */
};

/*
 * Whether an item that ended in this way is to be tried again if it has tries
 * left. The sample has its status, its error and its HTTP status.
 */
bool retry_applies(const struct retry_spec *spec, const struct fr_sample *end);

/* The wait of item i before the k-th try after the first, from 1. */
uint64_t retry_backoff_ns(const struct fr_retry *retry, size_t i, unsigned k);

/*
 * The same, but no shorter than the seconds of Retry-After (0: the answer had
 * none), which are obeyed up to spec.after_ns.
 */
uint64_t retry_wait_ns(const struct fr_retry *retry, size_t i, unsigned k,
	uint32_t retry_after_s);

#endif
