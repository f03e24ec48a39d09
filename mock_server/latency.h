/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long an answer is delayed: a distribution, given as a text, from which
 * the delay of each attempt at each item is drawn.
 *
 * A delay is the distribution's inverse CDF of schedule_draw, and so a function
 * of (seed, item, attempt) alone. It does not depend on when or in which order
 * requests arrive, so every client meets the same delays.
 */
#ifndef MOCK_SERVER_LATENCY_H
#define MOCK_SERVER_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/mock_server.h"
#include "mock_server/schedule.h"

enum latency_kind {
	LATENCY_CONSTANT,    /* always a */
	LATENCY_UNIFORM,     /* a..b, each equally likely */
	LATENCY_NORMAL,      /* mean a, standard deviation b; none below 0 */
	LATENCY_LOGNORMAL,   /* of seconds: mean a, deviation b of the log */
	LATENCY_EXPONENTIAL, /* mean a */
	LATENCY_PARETO,      /* at least a, with exponent b */
	LATENCY_BIMODAL,     /* b in the given share of cases, else a */
	LATENCY_TRACE,       /* one of the trace's, each equally likely */
};

#define LATENCY_TEXT_MAX 128
#define LATENCY_MAX_NS   3600000000000u /* an hour; longer draws are cut */

struct latency {
	enum latency_kind kind;
	double a, b; /* times in ns */
	/* Of draws that are b (LATENCY_BIMODAL), or of a normal distribution
	 * that lies above 0. */
	double share;
	struct trace *trace;         /* a reference of its own, or NULL */
	char text[LATENCY_TEXT_MAX]; /* the spec it was parsed from */
};

/*
 * Parses a spec: "50ms" or any of
 *
 * constant:50ms              uniform:20ms,200ms (from, to)
 * normal:50ms,5ms (mean, standard deviation)
 * lognormal:p50=40ms,p99=400ms or lognormal:mu=-3.2,sigma=1 (of the
 * logarithm of seconds)      exponential:50ms (mean)
 * pareto:20ms,1.5 (least, exponent)
 * bimodal:20ms,200ms,10% (usual, other, share of the other)
 * trace:FILE.csv (trace.h)
 *
 * Units are ns, us, ms and s, and a number may have a fraction. Returns 0, and
 * *latency is to be released; or -EINVAL with what is wrong, at which column,
 * and an example, and *latency is untouched.
 */
int latency_parse(
	struct latency *latency, const char *spec, struct mock_error *err);

/* The same for another time: errors have its name and its examples. */
int latency_parse_as(struct latency *latency, const struct mock_times *times,
	struct mock_error *err);

/* Whether the spec, valid or not, begins with "trace:". */
bool latency_is_trace(const char *spec);

/* A copy, which is to be released, too. */
struct latency latency_copy(const struct latency *latency);
void latency_release(struct latency *latency);

/* The time in ns that a stream of draws gives to attempt (from 1) at item. */
uint64_t latency_draw_from(enum schedule_stream stream,
	const struct latency *latency, uint64_t seed, uint64_t item,
	uint64_t attempt);

/* The delay in ns of attempt (from 1) at item. */
uint64_t latency_draw(const struct latency *latency, uint64_t seed,
	uint64_t item, uint64_t attempt);

#endif
