/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cgroup of version 2 can limit the cgroups below it only if it has no
 * processes of its own (cgroups(7), "no internal processes" rule).
 */
#include "harness/trial/quota_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/proc.h"

enum { TEXT_SIZE = 4096, NAMES_MAX = 10000 };

int quota_write(const char *folder, const char *file, const char *text)
{
	char path[CGROUP_PATH_MAX + 2 * CGROUP_FILE_MAX];
	ssize_t length = (ssize_t)strlen(text);
	int fd, rc = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	/* The files of a cgroup exist; those of a test do not yet. */
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (write(fd, text, (size_t)length) != length)
		rc = -errno;
	close(fd);
	return rc;
}

int quota_each_process(
	const char *folder, int (*act)(void *ctx, pid_t pid), void *ctx)
{
	char path[CGROUP_PATH_MAX + 2 * CGROUP_FILE_MAX];
	int rc = 0, pid;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	/* 0 stands for a process of another PID namespace. */
	while (!rc && fscanf(file, "%d", &pid) == 1)
		rc = act(ctx, pid);
	(void)fclose(file);
	return rc;
}

int quota_make(char *path, size_t size, const char *parent)
{
	for (int n = 0; n < NAMES_MAX; n++) {
		(void)snprintf(path, size, "%s/" QUOTA_NAME "%d-%d", parent,
			(int)getpid(), n);
		if (mkdir(path, 0755) == 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	return -errno;
}

static bool has_word(const char *text, const char *word, size_t length)
{
	while (*text) {
		size_t n = strcspn(text, " \n");

		if (n == length && strncmp(text, word, n) == 0)
			return true;
		text += n;
		text += strspn(text, " \n");
	}
	return false;
}

/* Tells whether the file of a cgroup lists all of the controllers. */
static bool lists(
	const struct cgroup *cgroup, const char *file, const char *controllers)
{
	char text[TEXT_SIZE];

	(void)cgroup_read(text, sizeof(text), cgroup, file);
	while (*controllers) {
		size_t n = strcspn(controllers, " ");

		if (!has_word(text, controllers, n))
			return false;
		controllers += n;
		controllers += strspn(controllers, " ");
	}
	return true;
}

static bool is_enabled(const struct cgroup *cgroup, const char *controllers)
{
	return lists(cgroup, "cgroup.subtree_control", controllers);
}

/* 0: it is this process or a child of it, such as the mock server. */
static int refuse_others(void *ctx, pid_t pid)
{
	char path[64], text[TEXT_SIZE];
	const char *name_end;
	int parent = 0;

	(void)ctx;
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	(void)proc_read(text, sizeof(text), path);
	name_end = strrchr(text, ')');
	if (name_end)
		(void)sscanf(name_end, ") %*c %d", &parent);
	return pid == getpid() || parent == getpid() ? 0 : -EBUSY;
}

static int move(void *ctx, pid_t pid)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", (int)pid);
	return quota_write(ctx, "cgroup.procs", text);
}

/*
 * Moves this process and its children from its cgroup into a new one below. The
 * new one is left behind, and removed as every unlocked one when it is empty.
 */
static int make_room(const struct cgroup *own)
{
	char folder[CGROUP_PATH_MAX + CGROUP_FILE_MAX];
	int rc = quota_each_process(own->path, refuse_others, NULL);

	if (!rc)
		rc = quota_make(folder, sizeof(folder), own->path);
	return rc ? rc : quota_each_process(own->path, move, folder);
}

static int enable(const struct cgroup *own, const char *controllers)
{
	char text[CGROUP_FILE_MAX] = "", type[CGROUP_FILE_MAX];
	int rc = 0;

	if (!lists(own, "cgroup.controllers", controllers))
		return -EBUSY;
	/* The root of all cgroups has no type, and may have processes. */
	if (cgroup_read(type, sizeof(type), own, "cgroup.type") > 0)
		rc = make_room(own);
	while (*controllers) {
		size_t used = strlen(text), n = strcspn(controllers, " ");

		(void)snprintf(text + used, sizeof(text) - used, "+%.*s ",
			(int)n, controllers);
		controllers += n;
		controllers += strspn(controllers, " ");
	}
	return rc ? rc : quota_write(own->path, "cgroup.subtree_control", text);
}

int quota_place(
	struct cgroup *parent, const char *root, const char *controllers)
{
	char first[CGROUP_FILE_MAX];
	struct cgroup top;
	int rc;

	(void)snprintf(first, sizeof(first), "%.*s",
		(int)strcspn(controllers, " "), controllers);
	if (!cgroup_find(parent, root, first))
		return -ENODEV;
	top = *parent;
	while (cgroup_up(&top))
		;
	if (!parent->v2)
		return 0;
	if (!lists(&top, "cgroup.controllers", controllers))
		return -ENODEV;
	/* This process has made room before. */
	if (strncmp(strrchr(parent->path, '/') + 1, QUOTA_NAME,
		    strlen(QUOTA_NAME)) == 0)
		(void)cgroup_up(parent);
	rc = is_enabled(parent, controllers) ? 0 : enable(parent, controllers);
	while (rc && cgroup_up(parent))
		if (is_enabled(parent, controllers) &&
			access(parent->path, W_OK) == 0)
			rc = 0;
	return rc;
}
