/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process of a trial: what it does between the fork and its exit. trial.c
 * starts the process and waits for it; nobody else includes this file.
 */
#ifndef HARNESS_TRIAL_CHILD_H
#define HARNESS_TRIAL_CHILD_H

#include "harness/trial/trial.h"

/* The child's report in shared memory; the samples follow it. */
struct report {
	_Alignas(64) uint64_t setup_ns, t0_ns, t1_ns, teardown_ns;
	enum trial_phase phase;
	int error;
	int program_status;
};

struct child {
	const struct trial_spec *spec;
	const struct fr_strategy *strategy; /* loaded in the process */
	struct report *report;
	unsigned cpus; /* as in struct fr_job */
	int ready;     /* eventfd: the process is set up */
	int go;        /* eventfd: the process may start the clock */
};

static inline struct fr_sample *report_samples(struct report *report)
{
	return (struct fr_sample *)(report + 1);
}

static inline size_t report_size(const struct trial_spec *spec)
{
	return sizeof(struct report) + spec->n * sizeof(struct fr_sample);
}

/* Called in the trial's process, before anything is timed. ctx: the child. */
void child_prepare(void *ctx);

/* Runs the strategy in the trial's process. Never returns. ctx: the child. */
void child_live(void *ctx);

#endif
