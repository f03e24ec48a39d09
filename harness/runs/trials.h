/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the trials of one or several runs for everything that is shown: without
 * warm-up, unless a function says otherwise, and only from files whose
 * schema_version is known.
 */
#ifndef HARNESS_RUNS_TRIALS_H
#define HARNESS_RUNS_TRIALS_H

#include "harness/base/error.h"
#include "harness/record/csv.h"

/*
 * Called for each trial, in the order of the runs and the trials. `run` is the
 * index of the run; the row is valid during the call. Returns 0 to go on, or
 * any other value to stop, with *err filled in.
 */
typedef int trials_fn(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err);

/*
 * Checks that run_dir is the folder of a run. Returns 0, or -1 with *err saying
 * what is missing.
 */
int trials_find(const char *run_dir, struct fr_error *err);

/*
 * Reads trials.csv of each of run_dirs. Files of an older schema_version have
 * fewer columns, and the others are unknown; newer files are refused. *torn
 * says whether a file ends in half a row. Returns 0, or -1 with *err saying what is
 * wrong with which file, or what the callback returned to stop.
 */
int trials_read(const char *const *run_dirs, size_t runs, trials_fn *take,
	void *ctx, bool *torn, struct fr_error *err);

/* As trials_read of a single run, with its warm-up. */
int trials_read_all(const char *run_dir, trials_fn *take, void *ctx, bool *torn,
	struct fr_error *err);

/*
 * Reads requests.csv of a run, by request_schema or some columns of it. Returns
 * 0, or -1 with *err as csv_read does, or what the callback returned to stop.
 */
int requests_read(const char *run_dir, const struct row_schema *schema,
	csv_row_fn *take, void *ctx, struct fr_error *err);

/*
 * As requests_read, of connections.csv, which runs of older versions do not
 * have: then no row is read.
 */
int connections_read(
	const char *run_dir, csv_row_fn *take, void *ctx, struct fr_error *err);

/* What the trials of a run say about the run. */
struct run_survey {
	char name[64];
	char started_at[32]; /* of its first trial; "": unknown */
	bool valid;          /* some trial of it gives figures */
};

/*
 * Surveys the runs, in surveys[runs] (NULL: not wanted), and checks that they
 * are different: the trials of a run that is given twice, or together with its
 * copy, would count twice. A run is identified by its name and by when its first
 * trial began. Returns 0, or -1 with *err naming two folders of the same run, or
 * saying what is wrong with which file.
 */
int trials_survey(struct run_survey *surveys, const char *const *run_dirs,
	size_t runs, struct fr_error *err);

#endif
