/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits, counters and life of a trial's cgroups. */
#include "harness/trial/quota.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/proc.h"
#include "harness/trial/quota_place.h"
#include "harness/trial/quota_refusal.h"

/* How often a cgroup is tried to be removed, once a millisecond. */
enum { REMOVE_TRIES = 5000 };

static const char *const names[QUOTA_CONTROLLERS] = {"cpu", "pids", "memory"};

static bool is_limited(
	const struct quota_limits *limits, enum quota_controller c)
{
	return c == QUOTA_CPU     ? limits->cpus > 0
		: c == QUOTA_PIDS ? limits->pids > 0
				  : limits->memory_bytes > 0;
}

bool quota_is_none(const struct quota_limits *limits)
{
	return !is_limited(limits, QUOTA_CPU) &&
		!is_limited(limits, QUOTA_PIDS) &&
		!is_limited(limits, QUOTA_MEMORY);
}

/*
 * Removes the cgroup if it is unlocked and empty. Another process may have made it and
 * not locked it yet; that process then makes another one.
 */
static void remove_unlocked(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)rmdir(path);
	close(fd);
}

/* Removes the cgroups that quotas of processes that were killed have left. */
static void sweep(const char *parent)
{
	char path[CGROUP_PATH_MAX + 2 * CGROUP_FILE_MAX];
	DIR *folder = opendir(parent);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		if (strncmp(entry->d_name, QUOTA_NAME, strlen(QUOTA_NAME)) != 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", parent,
			    entry->d_name) < (int)sizeof(path))
			remove_unlocked(path);
	}
	if (folder)
		(void)closedir(folder);
}

/* Locks a new cgroup. Returns 1 if it has been removed meanwhile. */
static int lock_group(struct quota_group *group)
{
	struct stat locked, there;

	group->lock = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (group->lock < 0)
		return errno == ENOENT ? 1 : -errno;
	if (flock(group->lock, LOCK_EX) == 0 &&
		fstat(group->lock, &locked) == 0 &&
		stat(group->path, &there) == 0 && locked.st_ino == there.st_ino)
		return 0;
	close(group->lock);
	return 1;
}

static int make_group(struct quota_group *group, const struct cgroup *parent)
{
	int rc;

	group->v2 = parent->v2;
	do {
		rc = quota_make(group->path, sizeof(group->path), parent->path);
		if (rc)
			group->path[0] = '\0';
		else
			rc = lock_group(group);
	} while (rc > 0);
	return rc;
}

static int set_limit(const struct quota *quota, enum quota_controller c)
{
	const struct quota_limits *limits = &quota->limits;
	const char *folder = quota->groups[c].path;
	bool v2 = quota->groups[c].v2;
	int quota_us = (int)lround(limits->cpus * (double)QUOTA_PERIOD_US);
	char text[64];
	int rc;

	switch (c) {
	case QUOTA_CPU:
		if (v2)
			(void)snprintf(text, sizeof(text), "%d %d", quota_us,
				QUOTA_PERIOD_US);
		else
			(void)snprintf(text, sizeof(text), "%d", quota_us);
		return quota_write(
			folder, v2 ? "cpu.max" : "cpu.cfs_quota_us", text);
	case QUOTA_PIDS:
		(void)snprintf(text, sizeof(text), "%" PRIu64, limits->pids);
		return quota_write(folder, "pids.max", text);
	case QUOTA_MEMORY:
		(void)snprintf(
			text, sizeof(text), "%" PRIu64, limits->memory_bytes);
		rc = quota_write(folder,
			v2 ? "memory.max" : "memory.limit_in_bytes", text);
		/* Absent where the kernel does not count swap space. */
		(void)quota_write(folder,
			v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes",
			v2 ? "0" : text);
		return rc;
	}
	return -EINVAL;
}

/* The group of an earlier controller below the same cgroup; NULL: none. */
static const struct quota_group *find_group(
	const struct quota *quota, const struct cgroup *parent)
{
	size_t length = strlen(parent->path);

	for (int c = 0; c < QUOTA_CONTROLLERS; c++) {
		const struct quota_group *group = &quota->groups[c];

		if (strncmp(group->path, parent->path, length) == 0 &&
			strrchr(group->path, '/') == group->path + length)
			return group;
	}
	return NULL;
}

/* The controllers that have to be enabled together with this one. */
static void list_controllers(char *list, size_t size,
	const struct quota_limits *limits, const char *root,
	enum quota_controller c)
{
	struct cgroup cgroup;

	(void)snprintf(list, size, "%s", names[c]);
	if (!cgroup_find(&cgroup, root, names[c]) || !cgroup.v2)
		return;
	for (enum quota_controller other = QUOTA_CPU; other <= QUOTA_MEMORY;
		other++) {
		size_t used = strlen(list);

		if (other != c && is_limited(limits, other) &&
			cgroup_find(&cgroup, root, names[other]) && cgroup.v2)
			(void)snprintf(
				list + used, size - used, " %s", names[other]);
	}
}

static int open_group(struct quota *quota, enum quota_controller c,
	const char *root, struct fr_error *err)
{
	struct quota_group *group = &quota->groups[c];
	const struct quota_group *shared;
	struct cgroup parent = {.v2 = false};
	char list[CGROUP_FILE_MAX];
	int rc;

	list_controllers(list, sizeof(list), &quota->limits, root, c);
	rc = quota_place(&parent, root, list);
	shared = rc ? NULL : find_group(quota, &parent);
	if (shared) {
		*group = *shared;
		group->lock = -1;
	} else if (!rc) {
		sweep(parent.path);
		rc = make_group(group, &parent);
	}
	if (!rc)
		rc = set_limit(quota, c);
	return rc ? quota_refuse(err, quota, c, &parent, -rc) : 0;
}

int quota_open(struct quota *quota, const struct quota_limits *limits,
	const char *root, struct fr_error *err)
{
	int rc = quota_check_limits(limits, root, err);

	*quota = (struct quota){.limits = *limits};
	for (enum quota_controller c = QUOTA_CPU; c <= QUOTA_MEMORY; c++)
		quota->groups[c].lock = -1;
	for (enum quota_controller c = QUOTA_CPU; c <= QUOTA_MEMORY && !rc; c++)
		if (is_limited(limits, c))
			rc = open_group(quota, c, root, err);
	if (rc)
		quota_close(quota);
	return rc;
}

int quota_join(const struct quota *quota)
{
	int rc = 0;

	for (int c = 0; c < QUOTA_CONTROLLERS && !rc; c++) {
		const struct quota_group *group = &quota->groups[c];

		/* 0 is the process that writes. */
		if (group->path[0])
			rc = quota_write(group->path, "cgroup.procs", "0");
		if (group->lock >= 0)
			close(group->lock);
	}
	return rc;
}

static uint64_t read_key(
	const struct quota_group *group, const char *file, const char *key)
{
	char path[CGROUP_PATH_MAX + 2 * CGROUP_FILE_MAX], text[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", group->path, file);
	(void)proc_read(text, sizeof(text), path);
	return cgroup_parse_key(text, key);
}

/* The number in a file of the cgroup; UINT64_MAX: no such file. */
static uint64_t read_number(const struct quota_group *group, const char *file)
{
	char path[CGROUP_PATH_MAX + 2 * CGROUP_FILE_MAX], text[32];

	(void)snprintf(path, sizeof(path), "%s/%s", group->path, file);
	return proc_read(text, sizeof(text), path) > 0
		? strtoull(text, NULL, 10)
		: UINT64_MAX;
}

/*
 * The CPU time of all processes that were in the trial's cgroup, in any cgroup
 * of version 2, or of version 1 where its controller cpuacct is mounted together
 * with one of ours, as with cpu on most hosts.
 */
static uint64_t read_cpu_ns(const struct quota *quota)
{
	uint64_t ns = UINT64_MAX;

	for (int c = 0; c < QUOTA_CONTROLLERS && ns == UINT64_MAX; c++) {
		const struct quota_group *group = &quota->groups[c];
		uint64_t us;

		if (!group->path[0])
			continue;
		us = read_key(group, "cpu.stat", "usage_usec");
		ns = us == UINT64_MAX ? read_number(group, "cpuacct.usage")
				      : us * 1000;
	}
	return ns;
}

struct quota_counts quota_read(const struct quota *quota)
{
	const struct quota_group *groups = quota->groups;
	struct quota_counts counts = QUOTA_UNCOUNTED;

	counts.cpu_ns = read_cpu_ns(quota);
	if (is_limited(&quota->limits, QUOTA_CPU)) {
		uint64_t us = read_key(
			&groups[QUOTA_CPU], "cpu.stat", "throttled_usec");

		counts.throttled_ns = us == UINT64_MAX
			? read_key(&groups[QUOTA_CPU], "cpu.stat",
				  "throttled_time")
			: us * 1000;
	}
	if (is_limited(&quota->limits, QUOTA_PIDS))
		counts.refused =
			read_key(&groups[QUOTA_PIDS], "pids.events", "max");
	if (is_limited(&quota->limits, QUOTA_MEMORY)) {
		bool v2 = groups[QUOTA_MEMORY].v2;

		counts.oom_kills = read_key(&groups[QUOTA_MEMORY],
			v2 ? "memory.events" : "memory.oom_control",
			"oom_kill");
		counts.memory_peak_bytes = read_number(&groups[QUOTA_MEMORY],
			v2 ? "memory.peak" : "memory.max_usage_in_bytes");
	}
	return counts;
}

static int end_process(void *ctx, pid_t pid)
{
	(void)ctx;
	if (pid > 0)
		kill(pid, SIGKILL);
	return 0;
}

/* A process that was killed leaves its cgroup a moment later. */
static void remove_group(const struct quota_group *group)
{
	const struct timespec pause = {.tv_nsec = (long)NS_PER_MS};

	for (int i = 0; i < REMOVE_TRIES; i++) {
		if (rmdir(group->path) == 0 || errno != EBUSY)
			return;
		(void)quota_each_process(group->path, end_process, NULL);
		(void)nanosleep(&pause, NULL);
	}
}

void quota_close(struct quota *quota)
{
	for (int c = 0; c < QUOTA_CONTROLLERS; c++) {
		if (quota->groups[c].path[0])
			remove_group(&quota->groups[c]);
		if (quota->groups[c].lock >= 0)
			close(quota->groups[c].lock);
	}
}

int quota_check(const struct quota_limits *limits, const char *root,
	struct fr_error *err)
{
	enum quota_controller first = is_limited(limits, QUOTA_CPU) ? QUOTA_CPU
		: is_limited(limits, QUOTA_PIDS)                    ? QUOTA_PIDS
						 : QUOTA_MEMORY;
	struct cgroup group = {.v2 = false};
	int rc, status = 0;
	struct quota quota;
	pid_t pid;

	if (quota_open(&quota, limits, root, err) < 0)
		return -1;
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(-quota_join(&quota));
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		status = W_EXITCODE(errno, 0);
	group.v2 = quota.groups[first].v2;
	(void)snprintf(group.path, sizeof(group.path), "%.*s",
		CGROUP_PATH_MAX - 1, quota.groups[first].path);
	rc = status
		? quota_refuse(err, &quota, first, &group, WEXITSTATUS(status))
		: 0;
	quota_close(&quota);
	return rc;
}
