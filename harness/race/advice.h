/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a race of strategies says to someone who has to choose one: the fastest,
 * what cannot be told apart from it, the simplest of those, and what would change
 * the answer. Plain memory; one thread.
 */
#ifndef HARNESS_RACE_ADVICE_H
#define HARNESS_RACE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/gate/elimination.h"
#include "harness/record/rows.h"
#include "harness/runs/summary.h"

/* How a cell came out; in the order in which the rows are sorted. */
enum advice_state {
	ADVICE_FASTEST,
	ADVICE_CLOSE,  /* shown to be within ELIMINATION_CLOSE of the fastest */
	ADVICE_LEVEL,  /* cannot be told apart from the fastest */
	ADVICE_SLOWER, /* shown to be slower */
	ADVICE_FAILING, /* fails more requests */
	ADVICE_INVALID, /* too few valid trials */
	ADVICE_BEYOND,  /* not raced: the delays alone take longer */
};
#define ADVICE_STATE_COUNT 7

/* A cell that could be advised. advice_schema has meanings and units. */
struct advice_row {
	enum advice_state state;
	uint64_t recommended; /* 1: it is; 0: it is not */
	char strategy[32];
	uint64_t concurrency;
	uint64_t place; /* in the order of simplicity, from 1 */
	uint64_t blocks;
	struct estimate time;  /* by the advice's clock, in ns */
	struct estimate ratio; /* to the fastest, block by block */
	double least_ns;       /* what delays and work alone take */
	double ideal_ns, cpu_ns, memory_bytes, connections;
	char bound_by[16];
	char slower_than[SUMMARY_LABEL_MAX];
	char reason[ROWS_TEXT_MAX]; /* of trials that are not valid */
};

extern const struct row_schema advice_schema;
extern const char *const advice_state_names[ADVICE_STATE_COUNT];

/* What would lead to another answer. */
enum advice_change_kind {
	ADVICE_IF_SLACK,       /* value: the share of more time that is right */
	ADVICE_IF_LONGER,      /* value: delays so many times as long */
	ADVICE_IF_SHORTER,     /* value: delays so many times as long, < 1 */
	ADVICE_IF_CPU,         /* value: its CPU time, in ns */
	ADVICE_IF_CONNECTIONS, /* value: its connections */
};
#define ADVICE_CHANGE_KINDS 5
/* The most changes of an advice. */
enum { ADVICE_CHANGES_MAX = 6 };

struct advice_change {
	enum advice_change_kind kind;
	size_t row; /* that would be the answer */
	double value;
};

struct advice {
	enum summary_clock clock;
	struct workload workload;
	char constraints[200]; /* "on 2 CPUs, without fork"; may be cut */
	size_t count;
	struct advice_row *rows; /* owned; the fastest first */
	size_t chosen;           /* a row; count: nothing can be advised */
	size_t blocks, blocks_max, trials, trials_max;
	bool decided; /* no cell is ADVICE_LEVEL */
	bool interrupted;
	size_t change_count;
	struct advice_change changes[ADVICE_CHANGES_MAX];
};

/* An advice of `count` rows, of which all is unknown. Returns 0 or -ENOMEM. */
int advice_init(struct advice *advice, size_t count);

void advice_release(struct advice *advice);

/* Sorts the rows, and finds `chosen` and `decided` again. */
void advice_sort(struct advice *advice);

/* Finds what would change the answer, from the rows. */
void advice_find_changes(struct advice *advice);

/* "pthread-map@20" */
void advice_label(char label[SUMMARY_LABEL_MAX], const struct advice_row *row);

/* Whether the row was not shown to be slower: it may be the fastest itself. */
bool advice_is_in(const struct advice_row *row);

/* Whether the cell of the row was raced and has a time. */
bool advice_is_timed(const struct advice_row *row);

#endif
