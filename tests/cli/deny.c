/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deny EPERM|ENOSYS CALL .. -- PROGRAM [ARG ..]: runs a program for which some
 * system calls fail, as in a container whose seccomp profile refuses them.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned number;
} calls[] = {
	{"io_uring_setup", SYS_io_uring_setup},
	{"epoll_pwait2", SYS_epoll_pwait2},
	{"pidfd_open", SYS_pidfd_open},
	{"unshare", SYS_unshare},
	{"perf_event_open", SYS_perf_event_open},
	{"timerfd_create", SYS_timerfd_create},
	{"clone3", SYS_clone3},
	{"userfaultfd", SYS_userfaultfd},
	{"memfd_create", SYS_memfd_create},
	{"eventfd2", SYS_eventfd2},
	{"close_range", SYS_close_range},
	{"sched_setaffinity", SYS_sched_setaffinity},
	{"prctl", SYS_prctl},
	{"statx", SYS_statx},
	{"socket", SYS_socket},
};
enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

/* Returns 0, or -1: there is no such name, or the kernel does not take it. */
static int deny(const char *name, unsigned error)
{
	size_t i = 0;

	while (i < CALLS && strcmp(calls[i].name, name) != 0)
		i++;
	if (i == CALLS)
		return -1;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	unsigned error;
	int i = 2;

	if (argc < 4)
		return 125;
	error = strcmp(argv[1], "EPERM") == 0 ? EPERM : ENOSYS;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return 125;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (deny(argv[i], error)) {
			perror(argv[i]);
			return 125;
		}
	if (i + 1 < argc)
		(void)execvp(argv[i + 1], argv + i + 1);
	return 125;
}
