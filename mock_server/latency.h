/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How late an answer is: a distribution, written as a text, and the delay of
 * each attempt at each item drawn from it.
 *
 * A delay is a function of (seed, item, attempt) alone, never of when or in
 * which order requests arrive, so every client meets the same delays. Pure.
 */
#ifndef MOCK_SERVER_LATENCY_H
#define MOCK_SERVER_LATENCY_H

#include <stdint.h>

#include "mock_server/mock_server.h"

enum latency_kind {
	LATENCY_CONSTANT, /* always low_ns */
	LATENCY_UNIFORM,  /* low_ns..high_ns, each equally likely */
};

#define LATENCY_TEXT_MAX 128
#define LATENCY_MAX_NS   3600000000000u /* an hour */

struct latency {
	enum latency_kind kind;
	uint64_t low_ns, high_ns;    /* at most LATENCY_MAX_NS */
	char text[LATENCY_TEXT_MAX]; /* the spec it was parsed from */
};

/*
 * Parses "constant:50ms", "50ms" (the same) or "uniform:20ms,200ms"; units are
 * ns, us, ms and s, and a number may have a fraction. Returns 0, or -EINVAL
 * with what is wrong, at which column, and a good example; *latency is then
 * unchanged.
 */
int latency_parse(
	struct latency *latency, const char *spec, struct mock_error *err);

/* The delay in ns of attempt (from 1) at item. */
uint64_t latency_draw(const struct latency *latency, uint64_t seed,
	uint64_t item, uint64_t attempt);

#endif
