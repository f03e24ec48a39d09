/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trials of one or several runs, as everything that is shown reads them:
 * without warm-up, and only in versions of the columns whose sense is known.
 */
#ifndef HARNESS_RUNS_TRIALS_H
#define HARNESS_RUNS_TRIALS_H

#include "harness/base/error.h"
#include "harness/record/rows.h"

/*
 * Called for each trial, runs and trials in order; `run` is the index of its
 * run, the row ends with the call. Required. Returns 0 to go on, or any other
 * value to stop; *err is then the callback's to fill in.
 */
typedef int trials_fn(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err);

/*
 * Whether there is a run's folder at all. Returns 0, or -1 with *err saying in
 * terms of the folder what is missing.
 */
int trials_find(const char *run_dir, struct fr_error *err);

/*
 * Reads trials.csv of each of run_dirs. Files of an older schema_version have
 * fewer columns, which stay unknown; newer ones are refused. *torn says
 * whether one ends in half a row. Returns 0, or -1 with *err saying what is
 * wrong with which file, or what the callback returned to stop.
 */
int trials_read(const char *const *run_dirs, size_t runs, trials_fn *take,
	void *ctx, bool *torn, struct fr_error *err);

/*
 * Whether all of run_dirs are different runs: a run that is there twice, or
 * whose copy is, would count its trials twice. What it is called and when its
 * first trial began tell. Returns 0, or -1 with *err naming two that are the
 * same, or what is wrong with which file.
 */
int trials_refuse_twice(
	const char *const *run_dirs, size_t runs, struct fr_error *err);

/*
 * Says in *err that --reference names none of strategies (NULL-ended), with
 * the nearest of them. Returns -1.
 */
int trials_refuse_reference(const char *reference,
	const char *const *strategies, struct fr_error *err);

/* Whether the trial's figures may be shown at all. */
bool trial_gives_figures(const struct trial_row *trial);

#endif
