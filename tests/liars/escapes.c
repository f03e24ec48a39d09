/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: leaves the cgroup of its quota, as root can. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

/* Moves this process into the cgroup above, under one of the usual mounts. */
static void leave(const char *path)
{
	static const char *const mounts[] = {"/sys/fs/cgroup/cpu",
		"/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup"};
	int above = (int)(strrchr(path, '/') - path);

	for (int i = 0; i < 3; i++) {
		char file[1024];
		FILE *procs;

		(void)snprintf(file, sizeof(file), "%s%.*s/cgroup.procs",
			mounts[i], above, path);
		procs = fopen(file, "w");
		if (!procs)
			continue;
		(void)fputs("0", procs);
		(void)fclose(procs);
	}
}

static int download_many(struct fr_job *job)
{
	FILE *groups = fopen("/proc/self/cgroup", "r");
	struct timespec used;
	char line[512];

	while (groups && fgets(line, sizeof(line), groups))
		if (strstr(line, "/flagrace-"))
			leave(strchr(strchr(line, ':') + 1, ':') + 1);
	if (groups)
		(void)fclose(groups);
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	while (!used.tv_sec && used.tv_nsec < 300000000);
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(escapes) = {
	.abi = FR_STRATEGY_ABI,
	.name = "escapes",
	.summary = "leaves its quota",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
