/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Samples of a trial whose strategy writes none (FR_WITNESS_SAMPLES), made of
 * what the witness saw: a request begins when the server has read it and ends
 * when the server begins to answer it, or gives it up. Its worker is the first
 * that was free.
 */
#ifndef HARNESS_JUDGE_TESTIMONY_H
#define HARNESS_JUDGE_TESTIMONY_H

#include "harness/server/witness.h"
#include "harness/trial/trial.h"

/* Writes the samples of spec->n items. Returns 0 or -ENOMEM. */
int testimony_write(struct fr_sample *samples, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness);

#endif
