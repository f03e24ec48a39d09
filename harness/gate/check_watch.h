/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check reports its progress to the caller by these calls. */
#ifndef HARNESS_GATE_CHECK_WATCH_H
#define HARNESS_GATE_CHECK_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/gate/check.h"

struct check_progress {
	uint64_t set;      /* 1, or 2: the one that confirms */
	size_t done, due;  /* blocks of all cells: so far, up to the look */
	size_t look, last; /* blocks of a cell: at the look, at the last one */
	size_t gated, undecided; /* rows, by the look before; 0 and 0: none */
};

/* Called by the thread that measures. */
struct check_watch {
	/*
	 * The check waits until the machine is calm; `pressure` in percent, as
	 * in struct disturbance. The last call has `over`, and is the only one
	 * if the machine is calm.
	 */
	void (*waits)(void *ctx, double pressure, uint64_t waited_ns, bool calm,
		bool over);
	/* A block is about to run. */
	void (*block)(void *ctx, const struct check_progress *progress);
	/* A look has judged all rows; the counts are those after it. */
	void (*look)(void *ctx, const struct check_progress *progress,
		const struct check_report *report);
	void *ctx;
};

#endif
