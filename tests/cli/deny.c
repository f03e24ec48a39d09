/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * deny EPERM|ENOSYS CALL .. -- PROGRAM [ARG ..]: runs a program for which some
 * system calls fail, as in a container whose seccomp profile refuses them. The
 * word `container` means all calls that a profile of containers refuses by default.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct call {
	const char *name;
	unsigned number;
};

#define CALL(name)                \
	{                         \
#name, SYS_##name \
	}

/* After the default profile of Docker: what that refuses without capabilities */
static const struct call container[] = {CALL(acct), CALL(add_key), CALL(bpf),
	CALL(clock_settime), CALL(delete_module), CALL(fsconfig), CALL(fsmount),
	CALL(fsopen), CALL(fspick), CALL(get_mempolicy), CALL(init_module),
	CALL(io_uring_enter), CALL(io_uring_register), CALL(io_uring_setup),
	CALL(ioperm), CALL(iopl), CALL(kcmp), CALL(kexec_load), CALL(keyctl),
	CALL(mbind), CALL(mount), CALL(mount_setattr), CALL(move_mount),
	CALL(move_pages), CALL(open_by_handle_at), CALL(open_tree),
	CALL(perf_event_open), CALL(pivot_root), CALL(quotactl), CALL(reboot),
	CALL(request_key), CALL(set_mempolicy), CALL(setns), CALL(settimeofday),
	CALL(swapoff), CALL(swapon), CALL(umount2), CALL(unshare),
	CALL(userfaultfd)};

static const struct call others[] = {CALL(accept4), CALL(capset), CALL(clone3),
	CALL(close_range), CALL(epoll_create1), CALL(epoll_pwait2),
	CALL(eventfd2), CALL(fadvise64), CALL(getrandom), CALL(inotify_init1),
	CALL(kill), CALL(landlock_create_ruleset), CALL(madvise),
	CALL(memfd_create), CALL(openat2), CALL(pidfd_open),
	CALL(pidfd_send_signal), CALL(pipe2), CALL(prctl), CALL(prlimit64),
	CALL(renameat2), CALL(rseq), CALL(sched_getaffinity),
	CALL(sched_getattr), CALL(sched_setaffinity), CALL(sched_setattr),
	CALL(sched_setscheduler), CALL(seccomp), CALL(set_robust_list),
	CALL(setpgid), CALL(signalfd4), CALL(socket), CALL(socketpair),
	CALL(statx), CALL(sysinfo), CALL(timerfd_create), CALL(waitid)};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Returns 0, or -1: the kernel does not take it. */
static int deny_number(unsigned number, unsigned error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = LENGTH(filter), .filter = filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Denies the calls of a list that have the name; NULL: all. Returns how many. */
static int deny_listed(
	const struct call *calls, size_t n, const char *name, unsigned error)
{
	int denied = 0;

	for (size_t i = 0; i < n; i++)
		if (!name || strcmp(calls[i].name, name) == 0) {
			if (deny_number(calls[i].number, error))
				return -1;
			denied++;
		}
	return denied;
}

/* Returns whether the call, or all of a container's, are denied now. */
static bool deny(const char *name, unsigned error)
{
	/* The C library falls back on clone, as profiles want it to. */
	if (strcmp(name, "container") == 0)
		return deny_number(SYS_clone3, ENOSYS) == 0 &&
			deny_listed(container, LENGTH(container), NULL, error) >
			0;
	return deny_listed(container, LENGTH(container), name, error) > 0 ||
		deny_listed(others, LENGTH(others), name, error) > 0;
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
		if (!deny(argv[i], error)) {
			(void)fprintf(
				stderr, "deny: cannot deny %s\n", argv[i]);
			return 125;
		}
	if (i + 1 < argc)
		(void)execvp(argv[i + 1], argv + i + 1);
	return 125;
}
