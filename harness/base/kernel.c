/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/kernel.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For a server, a link and a trial of one request in flight at a time */
enum { DESCRIPTORS = 20 };

static const struct {
	const char *name;
	long number;
} essentials[] = {
	{"accept4(2)", SYS_accept4},
	{"epoll_create1(2)", SYS_epoll_create1},
	{"eventfd(2)", SYS_eventfd2},
	{"getrandom(2)", SYS_getrandom},
	{"pidfd_open(2)", SYS_pidfd_open},
	{"pipe2(2)", SYS_pipe2},
	{"signalfd(2)", SYS_signalfd4},
	{"socket(2)", SYS_socket},
	{"timerfd_create(2)", SYS_timerfd_create},
};

int kernel_try(long number)
{
	/* No descriptor, address, size or set of flags is -1. */
	if (syscall(number, -1L, -1L, -1L, -1L, -1L, -1L) < 0 &&
		(errno == EPERM || errno == ENOSYS))
		return -errno;
	return 0;
}

int kernel_refusal(struct fr_error *err, const char *who,
	const struct kernel_call *call, int error)
{
	char version[64] = "";

	if (error != EPERM)
		(void)snprintf(version, sizeof(version),
			"it needs Linux %s; if the kernel is not older, ",
			call->since);
	return fr_error_set(err, EXIT_INVALID,
		"%s cannot run here: %s: %s; %s%sallow it in the container's "
		"seccomp profile (docker run --security-opt seccomp=FILE)",
		who, call->name, strerror(error), version, call->first);
}

static int check_descriptors(struct fr_error *err)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) || files.rlim_max >= DESCRIPTORS)
		return 0;
	return fr_error_set(err, EXIT_INVALID,
		"flagrace needs %d file descriptors, and the hard limit here "
		"is %u; raise it (ulimit -Hn, limits.conf)",
		DESCRIPTORS, (unsigned)files.rlim_max);
}

int kernel_check(struct fr_error *err)
{
	for (size_t i = 0; i < sizeof(essentials) / sizeof(essentials[0]);
		i++) {
		const struct kernel_call call = {
			essentials[i].name, KERNEL_SINCE, ""};
		int rc = kernel_try(essentials[i].number);

		if (rc)
			return kernel_refusal(err, "flagrace", &call, -rc);
	}
	return check_descriptors(err);
}
