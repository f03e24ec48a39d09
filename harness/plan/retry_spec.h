/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often, when and after which failures an item is tried again. Pure; any
 * thread.
 *
 *     3                             three tries after the first
 *     3,backoff=100ms..10s          the bounds of the waits; see to_ns
 *     3,on=429+5xx+reset+timeout    the failures; or a status such as 404
 *     3,after=30s                   the longest Retry-After that is obeyed
 */
#ifndef HARNESS_PLAN_RETRY_SPEC_H
#define HARNESS_PLAN_RETRY_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/base/error.h"

enum {
	RETRIES_MAX = 100,      /* tries of an item after the first */
	RETRY_STATUS_MIN = 400, /* statuses that may be tried again */
	RETRY_STATUS_MAX = 599,
};

struct retry_spec {
	unsigned most; /* tries of an item after the first; 0: none */
	/*
	 * Before the k-th of them the client waits for a random time below
	 * from_ns * 2^(k-1), but at most below to_ns.
	 */
	uint64_t from_ns, to_ns;
	uint64_t after_ns; /* the longest Retry-After that is obeyed */
	bool reset;        /* a connection refused, reset, closed, cut short */
	bool timeout;      /* no whole answer in time */
	bool statuses[RETRY_STATUS_MAX - RETRY_STATUS_MIN + 1];
};

/*
 * Reads one of the forms above; "" is none. Without `backoff` and `on` the
 * values of the examples hold; without `after`, a Retry-After is obeyed up to
 * to_ns. `where` names the setting, for errors. Returns 0, or -1 with *err,
 * which shows a valid example.
 */
int retry_parse(struct retry_spec *spec, const char *text, const char *where,
	struct fr_error *err);

/* The longest wait before the k-th try after the first, from 1. */
uint64_t retry_longest_ns(const struct retry_spec *spec, unsigned k);

/* Whether an answer with that status is tried again. */
bool retry_has_status(const struct retry_spec *spec, unsigned status);

#endif
