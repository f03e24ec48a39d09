/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control groups that this process is in (cgroups(7)), of version 1 or 2,
 * and the limits that they set. Any thread; no state is kept.
 *
 * `root` is put before each path: "" for this host, or a folder with files of
 * another one (tests).
 */
#ifndef HARNESS_BASE_CGROUP_H
#define HARNESS_BASE_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CGROUP_PATH_MAX = 2048, CGROUP_FILE_MAX = 64 };

struct cgroup {
	bool v2;
	char path[CGROUP_PATH_MAX]; /* of its folder */
	size_t mount_length; /* of the part of `path` that is the mount point */
};

/*
 * Finds the cgroup in which a controller ("cpu", "pids", "memory") limits this
 * process. Returns false if there is none, or if none is mounted.
 */
bool cgroup_find(
	struct cgroup *cgroup, const char *root, const char *controller);

/* Moves to the cgroup above. Returns false at the topmost one to be seen. */
bool cgroup_up(struct cgroup *cgroup);

/* Reads a file of the cgroup as proc_read does. */
size_t cgroup_read(
	char *text, size_t size, const struct cgroup *cgroup, const char *file);

/*
 * The number behind `key` at the start of a line, such as the 3 of
 * "oom_kill 3"; UINT64_MAX: no such line.
 */
uint64_t cgroup_parse_key(const char *text, const char *key);

/*
 * The least limit of the cgroup and all above it, in CPUs, in threads, or in
 * bytes. INFINITY: there is none, or it cannot be read.
 */
double cgroup_cpus(const char *root);
double cgroup_pids(const char *root);
double cgroup_memory(const char *root);

#endif
