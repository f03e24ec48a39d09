/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A quota of CPU time, processes and memory for all processes of one trial: a
 * cgroup of version 2, or a cgroup of version 1 for each limit. Only cgroups
 * whose name begins with "flagrace-" are made, changed and removed.
 *
 * A quota locks its cgroups (flock(2)). The kernel drops the lock when the last
 * process that made or inherited it ends, however it ends. The next quota
 * removes unlocked cgroups.
 *
 * `root` is put before each path: "" for this host, or a folder (tests).
 */
#ifndef HARNESS_TRIAL_QUOTA_H
#define HARNESS_TRIAL_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/base/cgroup.h"
#include "harness/base/error.h"

struct quota_limits {
	double cpus;           /* CPU time a second; 0: no limit */
	uint64_t pids;         /* processes and threads; 0: no limit */
	uint64_t memory_bytes; /* 0: no limit */
};

enum {
	QUOTA_CONTROLLERS = 3,
	/*
	 * The period in which a quota of CPU time is counted: that of
	 * containers, and of a new cgroup of version 1.
	 */
	QUOTA_PERIOD_US = 100000,
};

struct quota {
	struct quota_limits limits;
	struct quota_group {
		bool v2;
		char path[CGROUP_PATH_MAX + CGROUP_FILE_MAX]; /* "": unused */
		int lock;
	} groups[QUOTA_CONTROLLERS];
};

/* What the kernel counted; UINT64_MAX: no such limit, or not counted. */
struct quota_counts {
	uint64_t cpu_ns;       /* used in the cgroup, by processes of any end */
	uint64_t throttled_ns; /* CPU time withheld, over all CPUs */
	uint64_t refused;      /* processes and threads not created */
	uint64_t oom_kills;    /* processes killed at the memory limit */
	uint64_t memory_peak_bytes; /* of all processes together */
};

#define QUOTA_UNCOUNTED                                                    \
	(struct quota_counts)                                              \
	{                                                                  \
		UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX \
	}

bool quota_is_none(const struct quota_limits *limits);

/*
 * Checks that such a quota can be made here and joined. Returns 0, or -1 with
 * *err, which names the limit, the reason and a remedy.
 */
int quota_check(const struct quota_limits *limits, const char *root,
	struct fr_error *err);

/*
 * Makes the cgroups. If this process is alone in a cgroup of version 2 that has
 * no cgroup for it, the process moves itself into a new one below, as the
 * kernel demands. Returns 0, or -1 with *err. The caller calls quota_close.
 */
int quota_open(struct quota *quota, const struct quota_limits *limits,
	const char *root, struct fr_error *err);

/* Moves this process into the cgroups. Returns 0 or -errno. */
int quota_join(const struct quota *quota);

struct quota_counts quota_read(const struct quota *quota);

/* Ends the processes that are still in the cgroups, and removes these. */
void quota_close(struct quota *quota);

#endif
