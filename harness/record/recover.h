/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds out how far a killed run got, and cuts off what it left unfinished: a
 * torn last row, and rows of a trial that has no row in trials.csv, or too few
 * in another file. One thread.
 */
#ifndef HARNESS_RECORD_RECOVER_H
#define HARNESS_RECORD_RECOVER_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/record/run_folder.h"

/* The contents of a run folder. */
struct recovered {
	size_t trials; /* whole ones: with a row, and all rows in other files */
	size_t bad;    /* how many of them are not valid */
	size_t rows[RUN_FILES]; /* of these trials in each file */
	bool mended;            /* something was cut off */
	/*
	 * Trials of which one file has rows and another one too few. A killed
	 * run leaves one such trial, the unfinished one, which is not counted:
	 * more of them mean that rows were lost.
	 */
	size_t lost;
	const char *lost_in; /* the file that has their rows */
	char kept[1200]; /* the file that has what was cut there; "": none */
};

/*
 * Checks whether the row can be the one at `position` (from 1) of the folder.
 * Returns 0, or -1 with *err filled in.
 */
typedef int recover_fn(void *ctx, size_t position, const struct trial_row *row,
	struct fr_error *err);

/*
 * Reads the CSV files of a reopened folder and calls `expect` for each row of
 * trials.csv in order; writes nothing. Returns 0, or -1 with *err filled in.
 */
int recover_look(struct recovered *recovered, const struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err);

/*
 * Does the same, truncates the files behind the last whole trial, and opens
 * them. The rows of lost trials that it cuts off are kept in FILE.cut. If it
 * fails while it reads, the files are unchanged. Returns as above.
 */
int recover(struct recovered *recovered, struct run_folder *folder,
	recover_fn *expect, void *ctx, struct fr_error *err);

#endif
