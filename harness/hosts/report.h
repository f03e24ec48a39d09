/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a host tells of its share of a trial, and how the shares become one
 * result on the harness's clock. All hosts run the same program on one kind of
 * machine, so a report is sent as it lies in memory.
 */
#ifndef HARNESS_HOSTS_REPORT_H
#define HARNESS_HOSTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/hosts/clock_offset.h"
#include "harness/plan/share.h"
#include "harness/trial/trial.h"

struct host_report {
	char name[64];     /* of the machine */
	char refused[160]; /* why there was no trial; "": there was one */
	char cpu_by[16];
	double cpus;                /* that the host may use */
	struct trial_result result; /* without what it points to */
};

/* Makes the report of a result. */
void host_report_make(struct host_report *report,
	const struct trial_result *result, const char *name);

/*
 * Whether a report and its samples, as they were received, have the form of
 * this program: texts end, and enumerations have known values. Another build of
 * flagrace-mpi on a host may send something else.
 */
bool host_report_is_sound(const struct host_report *report,
	const struct fr_sample *samples, size_t count);

/*
 * Adds the report of a host, which is sound, to the result of the whole trial, whose hosts[host]
 * has the offset of its clock. `samples` are those of the host's items, in
 * order; they are moved to their places in result->samples.
 */
void host_report_add(struct trial_result *result, const struct share *share,
	unsigned host, const struct host_report *report,
	const struct fr_sample *samples);

#endif
