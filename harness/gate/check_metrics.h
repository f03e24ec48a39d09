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

/* The counter of requests that did not succeed. */
#define CHECK_FAILURES "failures"

struct check_metric {
	const char *name; /* NULL ends the table */
	const char *unit; /* of its values, and of the floor */
	/* A counter: compared by its difference, without a margin. */
	bool exact;
	bool gated;    /* by default */
	double margin; /* the slow-down tolerated: 0.05 is 5 %; 0 if exact */
	double floor;  /* a smaller change never fails the check */
	/* The value in a valid trial; NaN: unknown. */
	double (*value)(const struct trial_row *row);
};

/* All of them. */
extern const struct check_metric check_metrics[];
enum { CHECK_METRIC_COUNT = 6 };

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
