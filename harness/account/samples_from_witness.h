/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the samples of a trial whose strategy writes none (FR_WITNESS_SAMPLES)
 * from the witness's rows. A sample starts when the server has read the request
 * and ends when the server begins to answer or gives the request up. Its worker
 * is the one that was free first.
 */
#ifndef HARNESS_ACCOUNT_SAMPLES_FROM_WITNESS_H
#define HARNESS_ACCOUNT_SAMPLES_FROM_WITNESS_H

#include "harness/server/witness.h"
#include "harness/trial/trial.h"

/* Writes the samples of spec->n items. Returns 0 or -ENOMEM. */
int samples_from_witness(struct fr_sample *samples,
	const struct trial_spec *spec, const struct trial_result *result,
	const struct witness *witness);

#endif
