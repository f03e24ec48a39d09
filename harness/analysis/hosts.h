/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hosts of runs as a factor: how much longer the cells take on one host than
 * on the others. A model of two factors, cell and host, on the logarithms of the
 * times: the factor of a host is the geometric mean, over the cells that all
 * hosts have run, of the host's median over the geometric mean of all hosts'
 * medians. One thread.
 */
#ifndef HARNESS_ANALYSIS_HOSTS_H
#define HARNESS_ANALYSIS_HOSTS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"
#include "harness/runs/summary.h"

enum { HOSTS_MAX = 1000 };

struct hosts_one {
	char name[sizeof(((struct trial_row *)0)->host)];
	uint64_t trials; /* that give figures */
	double factor;   /* of the geometric mean of all hosts; NaN: unknown */
};

struct hosts {
	struct hosts_one *of; /* owned; in the order of their first trials */
	size_t count;         /* 0: the trials do not tell their host */
	size_t cells;         /* that all hosts have run */
};

/*
 * Finds the hosts of the runs' trials, by the clock. Returns 0, or -1 with *err
 * as summary_create does. hosts_release in either case.
 */
int hosts_find(struct hosts *hosts, const char *const *run_dirs, size_t runs,
	enum summary_clock clock, struct fr_error *err);

void hosts_release(struct hosts *hosts);

#endif
