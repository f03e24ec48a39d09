/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of a check of two builds: a row for each scenario, strategy and
 * metric, and an overall verdict. Every output format is made from this.
 * check_judge.h and docs/METHOD.md say how the figures are computed.
 *
 * A report is plain memory: readers need no lock, and check_report_free frees
 * all of it. In every double, NaN means unknown.
 */
#ifndef HARNESS_GATE_CHECK_H
#define HARNESS_GATE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/* The version of the columns and of the JSON document. */
enum { CHECK_SCHEMA_VERSION = 1 };

enum check_verdict {
	CHECK_PASS,         /* shown to be slower by less than the margin */
	CHECK_IMPROVED,     /* shown to be faster by more than the margin */
	CHECK_REGRESSED,    /* slower by more than the margin, and confirmed */
	CHECK_INCONCLUSIVE, /* the blocks show none of these */
	CHECK_INVALID,      /* the measurements cannot be judged */
};
#define CHECK_VERDICT_COUNT 5

/* Whether a row can fail the check. */
enum check_role {
	CHECK_GATED,       /* it can; one of the family of tests */
	CHECK_INFORMATIVE, /* it cannot */
	CHECK_CONTROL,     /* base against a copy: must show no difference */
};
#define CHECK_ROLE_COUNT 3

/* Why a row could not be judged; each has a remedy. */
enum check_cause {
	CHECK_CAUSE_NONE, /* it could, or nothing the user does would help */
	CHECK_BUSY,       /* most blocks ran on a busy machine */
	CHECK_UNSTEADY,   /* base and its own copy differ */
	CHECK_NOISY,      /* the changes of the blocks differ too much */
	CHECK_MANY_ROWS,  /* for so many rows there are too few blocks */
	CHECK_BAD_BASE,   /* base has no valid trials to compare with */
};

/* One metric of one cell, base against head. */
struct check_row {
	char scenario[ROWS_TEXT_MAX]; /* the cell without its strategy */
	char strategy[32];
	char metric[24]; /* "elapsed"; a name of check_metrics */
	char unit[16];   /* of base and head: "ns", "bytes", "connections" */
	enum check_role role;
	double margin;       /* the slow-down tolerated: 0.05 is 5 % */
	double base, head;   /* medians of the trials of all blocks */
	double ratio;        /* head / base, of the median block */
	double ci_lo, ci_hi; /* its interval, of at least 95 % */
	double p;            /* of head being slower by at most the margin */
	double p_holm;       /* p, adjusted for all gated rows together */
	uint64_t n_blocks;   /* judged */
	uint64_t voids;      /* blocks left out */
	double mde;          /* least slow-down detected 9 times in 10 */
	double r1;           /* correlation of each block with the previous */
	enum check_verdict verdict;
	char reason[192]; /* one line; "" if the figures need none */
	enum check_cause cause;
	bool settled;  /* a test decided: later looks leave the row as it is */
	bool given_up; /* a later look is not likely to decide */
};

struct check_report {
	char suite[64];
	char base[256], head[256]; /* as the user named them */
	uint64_t seed;
	double alpha;               /* error rate of all gated rows together */
	enum check_verdict verdict; /* of all gated rows together */
	char reason[400]; /* with what to do, if it could not be judged */
	size_t count;
	struct check_row *rows; /* count rows, owned by the report */
};

/* The columns of a report's rows, and the words of the enumerations. */
extern const struct row_schema check_schema;
extern const char *const check_verdict_names[CHECK_VERDICT_COUNT];
extern const char *const check_role_names[CHECK_ROLE_COUNT];

/* The exit status of `flagrace check` for each verdict. */
extern const enum exit_status check_exit_statuses[CHECK_VERDICT_COUNT];

/* Sets all figures to unknown, and everything else to zero. */
void check_row_init(struct check_row *row);

/* Sets the row's reason. */
__attribute__((format(printf, 2, 3))) void check_row_say(
	struct check_row *row, const char *format, ...);

/*
 * Makes a report of count empty rows, which the caller frees. Returns 0 or
 * -ENOMEM.
 */
int check_report_create(struct check_report **out, size_t count);

/* NULL is accepted. */
void check_report_free(struct check_report *report);

#endif
