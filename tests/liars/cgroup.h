/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a process of root leaves the cgroup of its quota. */
#ifndef LIARS_CGROUP_H
#define LIARS_CGROUP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Moves this process into a cgroup, under one of the usual mounts. */
static inline void cgroup_move(const char *path, int length)
{
	static const char *const mounts[] = {"/sys/fs/cgroup/cpu",
		"/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup"};

	for (int i = 0; i < 3; i++) {
		char file[1024];
		FILE *procs;

		(void)snprintf(file, sizeof(file), "%s%.*s/cgroup.procs",
			mounts[i], length, path);
		procs = fopen(file, "w");
		if (!procs)
			continue;
		(void)fputs("0", procs);
		(void)fclose(procs);
	}
}

/* Moves this process into the cgroup above. */
static inline void cgroup_leave(const char *path)
{
	cgroup_move(path, (int)(strrchr(path, '/') - path));
}

/* The path of the cgroup of the CPU quota. Returns false if there is none. */
static inline bool cgroup_of_quota(char path[512])
{
	FILE *groups = fopen("/proc/self/cgroup", "r");
	char line[512];
	bool found = false;

	while (!found && groups && fgets(line, sizeof(line), groups)) {
		line[strcspn(line, "\n")] = '\0';
		found = strstr(line, "/flagrace-");
		if (found)
			(void)snprintf(path, 512, "%s",
				strchr(strchr(line, ':') + 1, ':') + 1);
	}
	if (groups)
		(void)fclose(groups);
	return found;
}

static inline void burn_ms(long ms)
{
	struct timespec begin, now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	while ((now.tv_sec - begin.tv_sec) * 1000 +
			(now.tv_nsec - begin.tv_nsec) / 1000000 <
		ms);
}

#endif
