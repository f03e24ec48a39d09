/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds out how far a run came that was killed, and cuts off what it left
 * unfinished: a torn last row, and requests of a trial without a row. One
 * thread.
 */
#ifndef HARNESS_RECORD_RECOVER_H
#define HARNESS_RECORD_RECOVER_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/record/run_folder.h"

/* What there is of a run. */
struct recovered {
	size_t trials;   /* whole: with a row, and a row of each request */
	size_t bad;      /* of those, not valid */
	size_t requests; /* rows of these trials */
	bool mended;     /* something unfinished was cut off */
	/*
	 * Trials of which one file has rows, and the other too few, beyond the
	 * one in hand that a killed run leaves; and where recover put what it
	 * cut of them, "": nothing was.
	 */
	size_t lost;
	const char *lost_in; /* the file that has their rows */
	char kept[1200];
};

/*
 * Whether trial `number` (from 1) of the run is one like this row. Returns 0,
 * or -1 with *err filled in.
 */
typedef int recover_fn(void *ctx, size_t number, const struct trial_row *row,
	struct fr_error *err);

/*
 * Reads the CSV files of a reopened folder and asks `expect` about each whole
 * trial in order; nothing is written. Returns 0, or -1 with *err filled in.
 */
int recover_look(struct recovered *recovered, const struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err);

/*
 * The same, and cuts both files behind the last whole trial and opens them.
 * What it cuts of trials that are lost is kept in a file beside, FILE.cut.
 * When it fails the files are as they were. Returns as above.
 */
int recover(struct recovered *recovered, struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err);

#endif
