/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a check of two builds found: a row per scenario, strategy and metric,
 * and what it all comes to. This is what every output format is made from;
 * how the figures come about stands in check_judge.h and docs/METHOD.md.
 *
 * A report is plain memory: a reader needs no lock and frees nothing but by
 * check_report_free. NaN is unknown in every double.
 */
#ifndef HARNESS_GATE_CHECK_H
#define HARNESS_GATE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/* Of the columns, and of the JSON document around them. */
enum { CHECK_SCHEMA_VERSION = 1 };

enum check_verdict {
	CHECK_PASS,         /* slower by less than the margin, surely enough */
	CHECK_IMPROVED,     /* faster by more than the margin */
	CHECK_REGRESSED,    /* slower by more than the margin, twice over */
	CHECK_INCONCLUSIVE, /* the blocks allow neither to be said */
	CHECK_INVALID,      /* what was measured cannot be judged */
};
#define CHECK_VERDICT_COUNT 5

/* Whether a row can fail the check. */
enum check_role {
	CHECK_GATED,       /* it can, and belongs to the family of tests */
	CHECK_INFORMATIVE, /* it cannot */
	CHECK_CONTROL,     /* base against a copy of base: must show nothing */
};
#define CHECK_ROLE_COUNT 3

/* One metric of one cell, base against head. */
struct check_row {
	char scenario[ROWS_TEXT_MAX]; /* the cell's settings but its strategy */
	char strategy[32];
	char metric[24]; /* "elapsed"; a name of check_metrics */
	char unit[16];   /* of base and head: "ns", "bytes", "connections" */
	enum check_role role;
	double margin;       /* a slow-down tolerated: 0.05 is 5 % */
	double base, head;   /* medians over all slots of all blocks */
	double ratio;        /* head / base, of the median block */
	double ci_lo, ci_hi; /* its interval of 95 % at least */
	double p;            /* that head is no slower than the margin */
	double p_holm;       /* the same, for all gated rows together */
	uint64_t n_blocks;   /* judged */
	uint64_t voids;      /* blocks left out, whatever their figures */
	double mde;          /* least slow-down found 9 times in 10 */
	double r1;           /* correlation of a block with the one before */
	enum check_verdict verdict;
	char reason[192]; /* one line; "" where the figures say it all */
};

struct check_report {
	char suite[64];
	char base[256], head[256]; /* as the user named them */
	uint64_t seed;
	double alpha;               /* error allowed to the whole family */
	enum check_verdict verdict; /* of all gated rows together */
	char reason[192];
	size_t count;
	struct check_row *rows; /* count of them; the report's */
};

/* The columns of a report's rows; the arrays hold their words by number. */
extern const struct row_schema check_schema;
extern const char *const check_verdict_names[CHECK_VERDICT_COUNT];
extern const char *const check_role_names[CHECK_ROLE_COUNT];

/* Makes everything unknown. */
void check_row_init(struct check_row *row);

/* Makes a report of count empty rows. *out is the caller's. 0 or -ENOMEM. */
int check_report_create(struct check_report **out, size_t count);

/* NULL is accepted. */
void check_report_free(struct check_report *report);

/* What `flagrace check` exits with: 0, 0, 1, 3 and 4 in the same order. */
enum exit_status check_exit_status(enum check_verdict verdict);

#endif
