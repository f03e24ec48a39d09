/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The metrics of a check: for each, how to read it from a trial's row, which
 * slow-down is tolerated, and which absolute change is too small to matter.
 * The table is constant; any thread.
 */
#ifndef HARNESS_GATE_CHECK_METRICS_H
#define HARNESS_GATE_CHECK_METRICS_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/*
 * The one place that names all metrics. An entry is
 *
 *     (name, how to read it, unit, kind, role, margin, floor, meaning)
 *
 * as in struct check_metric. The help of `flagrace check` and its errors list
 * the names in this order; docs/CI.md has the same list (a test compares them).
 */
/* clang-format off */
#define CHECK_METRICS(X) \
X("elapsed", elapsed, "ns", METRIC_WALL, METRIC_GATED, 0.05, 500e3, \
	"the downloads, from the start signal to the last answer; of a " \
	"program that is not resident, the whole process") \
X("cpu", cpu, "ns", METRIC_USE, METRIC_GATED, 0.05, 2e3, \
	"CPU time of all processes of the trial, for each request") \
X("overhead", overhead, "ns", METRIC_WALL, METRIC_SHOWN, 0.10, 20e3, \
	"elapsed less the ideal, for each request") \
X("latency-p90", latency_p90, "ns", METRIC_WALL, METRIC_SHOWN, 0.10, 500e3, \
	"90 % of the requests took at most this") \
X("connections", connections, "connections", METRIC_COUNTER, METRIC_GATED, 0, 0, \
	"connections that the server saw opened") \
X(CHECK_FAILURES, failures, "requests", METRIC_COUNTER, METRIC_GATED, 0, 0, \
	"requests that did not succeed") \
X("total", total, "ns", METRIC_WALL, METRIC_KNOWN, 0.05, 500e3, \
	"the whole trial, with set-up and clean-up") \
X("span", span, "ns", METRIC_WALL, METRIC_KNOWN, 0.05, 500e3, \
	"from the start of the first request to the end of the last; of a " \
	"program, as the server saw them: without its start-up") \
X("latency-p99", latency_p99, "ns", METRIC_WALL, METRIC_KNOWN, 0.10, 500e3, \
	"99 % of the requests took at most this") \
X("memory", memory, "bytes", METRIC_USE, METRIC_KNOWN, 0.10, 1e6, \
	"the most memory that the largest process had") \
X("requests", requests, "requests", METRIC_COUNTER, METRIC_KNOWN, 0, 0, \
	"requests that the server received")
/* clang-format on */

/* The counter of requests that did not succeed. */
#define CHECK_FAILURES "failures"

/* " elapsed cpu ..": part of a text. */
#define CHECK_METRIC_WORD(name, ...) " " name
#define CHECK_METRIC_LIST            CHECK_METRICS(CHECK_METRIC_WORD)

enum metric_kind {
	METRIC_WALL, /* a time on the clock, which disturbances only lengthen */
	METRIC_USE,  /* what is used: CPU time, memory */
	METRIC_COUNTER, /* compared by its difference, without a margin */
};

enum metric_role {
	METRIC_KNOWN, /* is judged and shown if --gate names it */
	METRIC_SHOWN, /* is shown, and fails nothing */
	METRIC_GATED, /* can fail the check */
};

struct check_metric {
	const char *name; /* NULL ends the table */
	const char *unit; /* of its values, and of the floor */
	enum metric_kind kind;
	enum metric_role role; /* without --gate */
	double margin; /* the slow-down tolerated: 0.05 is 5 %; 0: counter */
	double floor;  /* a smaller change never fails the check */
	const char *meaning;
	/* The value in a valid trial; NaN: unknown. */
	double (*value)(const struct trial_row *row);
};

/* All of them. */
extern const struct check_metric check_metrics[];
#define CHECK_METRIC_ONE(...) +1
enum { CHECK_METRIC_COUNT = 0 CHECK_METRICS(CHECK_METRIC_ONE) };
#undef CHECK_METRIC_ONE

/* How one check judges each metric, in the table's order. */
struct check_gate {
	bool gated[CHECK_METRIC_COUNT];
	double margin[CHECK_METRIC_COUNT];
};

/* Takes the defaults of the table. */
void check_gate_init(struct check_gate *gate);

/*
 * Reads the metrics that are gated and their margins, such as
 * "elapsed:5%,cpu,connections"; all other metrics are informative. Returns 0,
 * or -1 with *err.
 */
int check_gate_parse(
	struct check_gate *gate, const char *text, struct fr_error *err);

#endif
