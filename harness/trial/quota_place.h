/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a trial's cgroup can be made. Only quota.c includes this. */
#ifndef HARNESS_TRIAL_QUOTA_PLACE_H
#define HARNESS_TRIAL_QUOTA_PLACE_H

#include <sys/types.h>

#include "harness/base/cgroup.h"

/* What the names of our cgroups begin with. */
#define QUOTA_NAME "flagrace-"

/*
 * Finds the cgroup below which one can be made that is limited by each of the
 * controllers, which are words such as "cpu pids" and all of one version.
 * Version 1: the cgroup of this process. Version 2: the same if its controllers
 * are enabled or can be enabled; otherwise the nearest above it in which they
 * are. Returns 0 or -errno: -ENODEV: no such controller is mounted; -EBUSY:
 * other processes are in the cgroup, so its controllers cannot be enabled.
 */
int quota_place(
	struct cgroup *parent, const char *root, const char *controllers);

/* Writes a file of the folder. Returns 0 or -errno. */
int quota_write(const char *folder, const char *file, const char *text);

/*
 * Calls act(ctx, pid) for each process of the folder's cgroup until a call does
 * not return 0, which is returned then.
 */
int quota_each_process(
	const char *folder, int (*act)(void *ctx, pid_t pid), void *ctx);

/* Makes a cgroup with a new name below parent, and writes its path. */
int quota_make(char *path, size_t size, const char *parent);

#endif
