/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the harness's server is: a child of a process above this one, started
 * as `flagrace serve`. For a check it is a child of the agents' parent.
 */
#ifndef LIARS_SERVER_PID_H
#define LIARS_SERVER_PID_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static inline FILE *open_of(int pid, const char *file)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return fopen(path, "re");
}

static inline int parent_of(int pid)
{
	FILE *file = open_of(pid, "stat");
	int parent = 0;

	if (file && fscanf(file, "%*d %*s %*c %d", &parent) != 1)
		parent = 0;
	if (file)
		(void)fclose(file);
	return parent;
}

static inline bool is_server(int pid)
{
	FILE *file = open_of(pid, "cmdline");
	char words[64] = "";
	size_t got = file ? fread(words, 1, sizeof(words) - 1, file) : 0;

	if (file)
		(void)fclose(file);
	return got > 0 && strcmp(words + strlen(words) + 1, "serve") == 0;
}

/* 0: not found. */
static inline pid_t server_pid(void)
{
	int above = (int)getppid(), pid, found = 0;
	char list[64];

	for (; above > 1 && !found; above = parent_of(above)) {
		FILE *file;

		(void)snprintf(list, sizeof(list), "task/%d/children", above);
		file = open_of(above, list);
		while (file && fscanf(file, "%d", &pid) == 1)
			if (is_server(pid))
				found = pid;
		if (file)
			(void)fclose(file);
	}
	return (pid_t)found;
}

#endif
