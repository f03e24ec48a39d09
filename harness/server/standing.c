/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/standing.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/base/xxh3.h"

/* sched_setattr(2): glibc 2.36 has no declaration of it. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* Takes another thread into account. */
static void add(struct standing *standing, pid_t thread)
{
	struct attributes attributes = {0};
	cpu_set_t cpus;
	int32_t nice;

	CPU_ZERO(&cpus);
	if (syscall(SYS_sched_getattr, thread, &attributes, sizeof(attributes),
		    0) < 0 ||
		sched_getaffinity(thread, sizeof(cpus), &cpus) < 0)
		return;
	nice = attributes.nice;
	attributes.nice = 0;
	standing->policy = XXH3_64bits_withSeed(
		&attributes, sizeof(attributes), standing->policy);
	standing->nice =
		XXH3_64bits_withSeed(&nice, sizeof(nice), standing->nice);
	standing->cpus =
		XXH3_64bits_withSeed(&cpus, sizeof(cpus), standing->cpus);
	standing->threads++;
}

struct standing standing_of(pid_t pid)
{
	struct standing standing = {0};
	struct dirent *entry;
	char path[64];
	DIR *tasks;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)))
		if (entry->d_name[0] != '.')
			add(&standing, (pid_t)strtol(entry->d_name, NULL, 10));
	if (tasks)
		(void)closedir(tasks);
	return standing;
}

const char *standing_differs(
	const struct standing *before, const struct standing *now)
{
	if (!before->threads || before->threads != now->threads)
		return NULL;
	if (before->cpus != now->cpus)
		return "set of CPUs";
	if (before->policy != now->policy)
		return "scheduling policy";
	if (before->nice != now->nice)
		return "nice value";
	return NULL;
}
