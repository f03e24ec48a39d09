/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/box.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "link/device.h"
#include "link/drops.h"
#include "link/error.h"
#include "link/refusal.h"
#include "link/sysctls.h"

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	(void)close(fd);
	return rc;
}

/*
 * Maps the user and the group to themselves, so that nobody's identity changes.
 * The process may map its own only: user_namespaces(7).
 */
static int map_identity(uid_t uid, gid_t gid)
{
	char users[64], groups[64];
	int rc = write_file("/proc/self/setgroups", "deny");

	(void)snprintf(
		users, sizeof(users), "%u %u 1", (unsigned)uid, (unsigned)uid);
	(void)snprintf(groups, sizeof(groups), "%u %u 1", (unsigned)gid,
		(unsigned)gid);
	if (!rc)
		rc = write_file("/proc/self/uid_map", users);
	if (!rc)
		rc = write_file("/proc/self/gid_map", groups);
	return rc;
}

/* Into a new network namespace, with *user = -1 or the user namespace. */
static int leave(int *user)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int rc;

	*user = -1;
	if (unshare(CLONE_NEWNET) == 0)
		return 0;
	if (errno != EPERM)
		return -errno;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -errno;
	rc = map_identity(uid, gid);
	if (rc)
		return rc;
	*user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	return *user < 0 ? -errno : 0;
}

static int furnish(struct box *box, enum link_way way, const char *address,
	const struct sysctls *sysctls, struct link_error *err)
{
	/* Before the device, so that it never has an IPv6 address. */
	int rc = sysctls_write(sysctls);

	if (rc)
		return refuse_sysctls(err, rc);
	/* proc(5): of the namespace that the process is in. */
	box->netstat[way] = open("/proc/net/netstat", O_RDONLY | O_CLOEXEC);
	if (box->netstat[way] < 0)
		return link_error_set(err, -errno,
			"no link: /proc/net/netstat: %s", strerror(errno));
	box->drops[way] = drops_open();
	return device_open(&box->tun[way], address, err);
}

int box_make(struct box *box, struct link_error *err)
{
	struct sysctls sysctls;
	int rc;

	sysctls_read(&sysctls);
	rc = leave(&box->user);
	if (rc)
		return refuse_namespaces(err, rc);
	rc = furnish(box, LINK_UP, LINK_CLIENT_ADDRESS, &sysctls, err);
	if (rc)
		return rc;
	box->near = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (box->near < 0 || unshare(CLONE_NEWNET))
		return refuse_namespaces(err, -errno);
	return furnish(box, LINK_DOWN, LINK_SERVER_ADDRESS, &sysctls, err);
}

/* Gives up the capabilities that entering a user namespace has brought. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	return syscall(SYS_capset, &header, none) ? -errno : 0;
}

int box_enter(int user, int near)
{
	if (user >= 0 && setns(user, CLONE_NEWUSER))
		return -errno;
	if (setns(near, CLONE_NEWNET))
		return -errno;
	return user >= 0 ? drop_capabilities() : 0;
}

/* Kills a process if it is in that namespace. Returns whether it was there. */
static bool kill_inmate(pid_t pid, const struct stat *near)
{
	struct stat its;
	char path[64];

	/* namespaces(7): two links to one namespace are the same file. */
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	return stat(path, &its) == 0 && its.st_ino == near->st_ino &&
		its.st_dev == near->st_dev && kill(pid, SIGKILL) == 0;
}

void box_clear(int near)
{
	const struct dirent *entry;
	struct stat its;
	DIR *processes = opendir("/proc");
	bool found = processes && fstat(near, &its) == 0;

	while (found) {
		found = false;
		rewinddir(processes);
		while ((entry = readdir(processes))) {
			pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

			found |= pid > 0 && kill_inmate(pid, &its);
		}
	}
	if (processes)
		(void)closedir(processes);
}
