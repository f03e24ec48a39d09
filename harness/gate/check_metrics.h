/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a check compares: for each metric how it is read from a trial's row,
 * which slow-down is tolerated, and how small a change is of no consequence
 * whatever its share. The table is constant; any thread.
 */
#ifndef HARNESS_GATE_CHECK_METRICS_H
#define HARNESS_GATE_CHECK_METRICS_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/* The counter of requests that did not succeed. */
#define CHECK_FAILURES "failures"

struct check_metric {
	const char *name;    /* ends the table when NULL */
	const char *unit;    /* of its values, and of the floor */
	const char *meaning; /* a few words */
	/* A counter, compared by difference and with no tolerance at all. */
	bool exact;
	bool gated;    /* unless the user says otherwise */
	double margin; /* a slow-down tolerated: 0.05 is 5 %; 0 when exact */
	double floor;  /* a change below it never fails */
	/* Its value in a valid trial; NaN: it has none. */
	double (*value)(const struct trial_row *row);
};

/* All of them. */
extern const struct check_metric check_metrics[];
enum { CHECK_METRIC_COUNT = 6 };

/* How each metric is judged in one check: in the table's order. */
struct check_gate {
	bool gated[CHECK_METRIC_COUNT];
	double margin[CHECK_METRIC_COUNT];
};

/* As the table has it. */
void check_gate_init(struct check_gate *gate);

/*
 * Reads which metrics are gated and at which margin, as in
 * "elapsed:5%,cpu,connections"; what is not named is informative. Returns 0,
 * or -1 with *err.
 */
int check_gate_parse(
	struct check_gate *gate, const char *text, struct fr_error *err);

#endif
