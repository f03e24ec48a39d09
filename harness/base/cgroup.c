/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The formats of the files are described in proc_pid_mountinfo(5), cgroups(7),
 * and the kernel's admin-guide/cgroup-v2.rst and admin-guide/cgroup-v1.
 */
#include "harness/base/cgroup.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/proc.h"

/* Of the path's parts: root, mount point, and the path below it. */
enum { PART_MAX = CGROUP_PATH_MAX / 3 };

/* Version 1 writes "no limit" of memory as a number of this size or more. */
static const double NO_LIMIT = 0x1p62;

/* Tells whether the word is in a list such as "rw,cpu,cpuacct". */
static bool is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (list) {
		if (strncmp(list, word, length) == 0 &&
			strchr(",:\n", list[length]))
			return true;
		list = strchr(list, ',');
		if (list)
			list++;
	}
	return false;
}

/*
 * Finds in /proc/self/cgroup the path of the controller's cgroup. Version 1 has
 * a line for each controller ("4:cpu,cpuacct:/a"), version 2 one line without
 * any ("0::/a"), which counts if version 1 has not the controller.
 */
static bool find_path(
	struct cgroup *cgroup, char *path, FILE *file, const char *controller)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false, v1 = false;

	while (!v1 && getline(&line, &size, file) > 0) {
		const char *list = strchr(line, ':');
		const char *at = list ? strchr(list + 1, ':') : NULL;

		if (!at)
			continue;
		v1 = is_listed(list + 1, controller);
		if (!v1 && at != list + 1)
			continue;
		found = true;
		(void)snprintf(path, PART_MAX, "%.*s",
			(int)strcspn(at + 1, "\n"), at + 1);
	}
	free(line);
	cgroup->v2 = !v1;
	return found;
}

/* The part of path below the folder top; NULL: it is not below. */
static const char *below(const char *path, const char *top)
{
	size_t length = strcmp(top, "/") == 0 ? 0 : strlen(top);

	if (strncmp(path, top, length) != 0 || strncmp(path, "/..", 3) == 0)
		return NULL;
	path += length;
	if (strcmp(path, "/") == 0)
		return "";
	return *path == '/' || !*path ? path : NULL;
}

/* Finds the mount point of the hierarchy, and path below it. */
static bool find_mount(struct cgroup *cgroup, const char *path, FILE *file,
	const char *root, const char *controller)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (!found && getline(&line, &size, file) > 0) {
		char top[PART_MAX], mount[PART_MAX];
		const char *type = strstr(line, " - "), *rest = NULL;

		if (!type ||
			sscanf(line, "%*d %*d %*s %639s %639s", top, mount) !=
				2)
			continue;
		if (strncmp(type, " - cgroup2 ", 11) == 0)
			found = cgroup->v2;
		else if (strncmp(type, " - cgroup ", 10) == 0)
			found = !cgroup->v2 &&
				is_listed(strrchr(line, ' ') + 1, controller);
		if (found)
			rest = below(path, top);
		found = rest != NULL;
		if (!found)
			continue;
		(void)snprintf(cgroup->path, sizeof(cgroup->path), "%s%s%s",
			root, mount, rest);
		cgroup->mount_length = strlen(root) + strlen(mount);
	}
	free(line);
	return found;
}

static FILE *open_below(const char *root, const char *path)
{
	char whole[CGROUP_PATH_MAX];

	(void)snprintf(whole, sizeof(whole), "%s%s", root, path);
	return fopen(whole, "re");
}

bool cgroup_find(
	struct cgroup *cgroup, const char *root, const char *controller)
{
	char path[PART_MAX];
	FILE *paths = open_below(root, "/proc/self/cgroup");
	FILE *mounts = open_below(root, "/proc/self/mountinfo");
	bool found = paths && mounts &&
		find_path(cgroup, path, paths, controller) &&
		find_mount(cgroup, path, mounts, root, controller);

	if (paths)
		(void)fclose(paths);
	if (mounts)
		(void)fclose(mounts);
	return found;
}

bool cgroup_up(struct cgroup *cgroup)
{
	char *slash = strrchr(cgroup->path, '/');

	if (strlen(cgroup->path) <= cgroup->mount_length)
		return false;
	*slash = '\0';
	return true;
}

size_t cgroup_read(
	char *text, size_t size, const struct cgroup *cgroup, const char *file)
{
	char path[CGROUP_PATH_MAX + CGROUP_FILE_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", cgroup->path, file);
	return proc_read(text, size, path);
}

uint64_t cgroup_parse_key(const char *text, const char *key)
{
	size_t length = strlen(key);
	uint64_t value;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == ' ' &&
			sscanf(line + length, " %" SCNu64, &value) == 1)
			return value;
	}
	return UINT64_MAX;
}

/* The number in a file; INFINITY: there is none, or it means "no limit". */
static double read_limit(const struct cgroup *cgroup, const char *file)
{
	char text[CGROUP_FILE_MAX];
	double limit;

	(void)cgroup_read(text, sizeof(text), cgroup, file);
	return sscanf(text, "%lf", &limit) == 1 && limit >= 0 &&
			limit < NO_LIMIT
		? limit
		: INFINITY;
}

static double limit_of_cpus(const struct cgroup *cgroup)
{
	double quota_us = read_limit(cgroup, "cpu.cfs_quota_us");
	double period_us = read_limit(cgroup, "cpu.cfs_period_us");
	char text[CGROUP_FILE_MAX];

	if (cgroup->v2) {
		(void)cgroup_read(text, sizeof(text), cgroup, "cpu.max");
		if (sscanf(text, "%lf %lf", &quota_us, &period_us) != 2)
			return INFINITY;
	}
	return quota_us > 0 && period_us > 0 && isfinite(period_us)
		? quota_us / period_us
		: INFINITY;
}

static double limit_of_pids(const struct cgroup *cgroup)
{
	return read_limit(cgroup, "pids.max");
}

static double limit_of_memory(const struct cgroup *cgroup)
{
	return read_limit(
		cgroup, cgroup->v2 ? "memory.max" : "memory.limit_in_bytes");
}

static double least(const char *root, const char *controller,
	double (*limit_of)(const struct cgroup *cgroup))
{
	struct cgroup cgroup;
	double limit = INFINITY;

	if (!cgroup_find(&cgroup, root, controller))
		return limit;
	do
		limit = fmin(limit, limit_of(&cgroup));
	while (cgroup_up(&cgroup));
	return limit;
}

double cgroup_cpus(const char *root)
{
	return least(root, "cpu", limit_of_cpus);
}

double cgroup_pids(const char *root)
{
	return least(root, "pids", limit_of_pids);
}

double cgroup_memory(const char *root)
{
	return least(root, "memory", limit_of_memory);
}
