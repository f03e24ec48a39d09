/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/confine_calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The numbers of the filter are those of this architecture. The first argument
 * of clone(2) is the flags in all of these, and its lower half comes first.
 */
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#else
#define ARCHITECTURE 0
#endif

static const struct refused_call {
	unsigned list, number;
} refused_calls[] = {
	{CALLS_RIGHTS, SYS_acct},
	{CALLS_RIGHTS, SYS_add_key},
	{CALLS_RIGHTS, SYS_adjtimex},
	{CALLS_RIGHTS, SYS_bpf},
	{CALLS_RIGHTS, SYS_capset},
	{CALLS_RIGHTS, SYS_chroot},
	{CALLS_RIGHTS, SYS_clock_adjtime},
	{CALLS_RIGHTS, SYS_clock_settime},
	{CALLS_RIGHTS, SYS_delete_module},
	{CALLS_RIGHTS, SYS_fanotify_init},
	{CALLS_RIGHTS, SYS_finit_module},
	{CALLS_RIGHTS, SYS_fsconfig},
	{CALLS_RIGHTS, SYS_fsmount},
	{CALLS_RIGHTS, SYS_fsopen},
	{CALLS_RIGHTS, SYS_fspick},
	{CALLS_RIGHTS, SYS_init_module},
	/* The operations of a ring pass by every filter. */
	{CALLS_RIGHTS, SYS_io_uring_enter},
	{CALLS_RIGHTS, SYS_io_uring_register},
	{CALLS_RIGHTS, SYS_io_uring_setup},
	{CALLS_RIGHTS, SYS_kcmp},
	{CALLS_RIGHTS, SYS_kexec_file_load},
	{CALLS_RIGHTS, SYS_kexec_load},
	{CALLS_RIGHTS, SYS_keyctl},
	/* A process ends itself by tgkill(2). */
	{CALLS_RIGHTS, SYS_kill},
	{CALLS_RIGHTS, SYS_mount},
	{CALLS_RIGHTS, SYS_mount_setattr},
	{CALLS_RIGHTS, SYS_move_mount},
	{CALLS_RIGHTS, SYS_name_to_handle_at},
	{CALLS_RIGHTS, SYS_open_by_handle_at},
	{CALLS_RIGHTS, SYS_open_tree},
	{CALLS_RIGHTS, SYS_perf_event_open},
	{CALLS_RIGHTS, SYS_personality},
	{CALLS_RIGHTS, SYS_pidfd_getfd},
	{CALLS_RIGHTS, SYS_pidfd_open},
	{CALLS_RIGHTS, SYS_pidfd_send_signal},
	{CALLS_RIGHTS, SYS_pivot_root},
	{CALLS_RIGHTS, SYS_process_madvise},
	{CALLS_RIGHTS, SYS_process_vm_readv},
	{CALLS_RIGHTS, SYS_process_vm_writev},
	{CALLS_RIGHTS, SYS_ptrace},
	{CALLS_RIGHTS, SYS_quotactl},
	{CALLS_RIGHTS, SYS_reboot},
	{CALLS_RIGHTS, SYS_request_key},
	{CALLS_RIGHTS, SYS_rt_sigqueueinfo},
	{CALLS_RIGHTS, SYS_rt_tgsigqueueinfo},
	{CALLS_RIGHTS, SYS_setdomainname},
	{CALLS_RIGHTS, SYS_sethostname},
	{CALLS_RIGHTS, SYS_setns},
	{CALLS_RIGHTS, SYS_settimeofday},
	{CALLS_RIGHTS, SYS_swapoff},
	{CALLS_RIGHTS, SYS_swapon},
	{CALLS_RIGHTS, SYS_syslog},
	{CALLS_RIGHTS, SYS_tkill},
	{CALLS_RIGHTS, SYS_umount2},
	{CALLS_RIGHTS, SYS_unshare},
	{CALLS_RIGHTS, SYS_userfaultfd},
	{CALLS_RIGHTS, SYS_vhangup},
	{CALLS_USERS, SYS_setfsgid},
	{CALLS_USERS, SYS_setfsuid},
	{CALLS_USERS, SYS_setgid},
	{CALLS_USERS, SYS_setgroups},
	{CALLS_USERS, SYS_setregid},
	{CALLS_USERS, SYS_setresgid},
	{CALLS_USERS, SYS_setresuid},
	{CALLS_USERS, SYS_setreuid},
	{CALLS_USERS, SYS_setuid},
	{CALLS_SOCKETS, SYS_bind},
	{CALLS_SOCKETS, SYS_connect},
	{CALLS_SOCKETS, SYS_listen},
	{CALLS_SOCKETS, SYS_socket},
	{CALLS_SOCKETS, SYS_socketpair},
	{CALLS_PROGRAMS, SYS_execve},
	{CALLS_PROGRAMS, SYS_execveat},
	{CALLS_CHANGES, SYS_fchmod},
	{CALLS_CHANGES, SYS_fchmodat},
	{CALLS_CHANGES, SYS_fchown},
	{CALLS_CHANGES, SYS_fchownat},
	{CALLS_CHANGES, SYS_fremovexattr},
	{CALLS_CHANGES, SYS_fsetxattr},
	{CALLS_CHANGES, SYS_linkat},
	{CALLS_CHANGES, SYS_lremovexattr},
	{CALLS_CHANGES, SYS_lsetxattr},
	{CALLS_CHANGES, SYS_mkdirat},
	{CALLS_CHANGES, SYS_mknodat},
	{CALLS_CHANGES, SYS_removexattr},
	{CALLS_CHANGES, SYS_renameat2},
	{CALLS_CHANGES, SYS_setxattr},
	{CALLS_CHANGES, SYS_symlinkat},
	{CALLS_CHANGES, SYS_truncate},
	{CALLS_CHANGES, SYS_unlinkat},
	{CALLS_CHANGES, SYS_utimensat},
	{CALLS_OPENING, SYS_openat},
	{CALLS_OPENING, SYS_openat2},
#ifdef SYS_renameat
	{CALLS_CHANGES, SYS_renameat},
#endif
#ifdef __x86_64__
	/* The calls that later architectures have in a newer form only. */
	{CALLS_RIGHTS, SYS_ioperm},
	{CALLS_RIGHTS, SYS_iopl},
	{CALLS_RIGHTS, SYS_modify_ldt},
	{CALLS_PROCESSES, SYS_fork},
	{CALLS_PROCESSES, SYS_vfork},
	{CALLS_CHANGES, SYS_chmod},
	{CALLS_CHANGES, SYS_chown},
	{CALLS_CHANGES, SYS_creat},
	{CALLS_CHANGES, SYS_futimesat},
	{CALLS_CHANGES, SYS_lchown},
	{CALLS_CHANGES, SYS_link},
	{CALLS_CHANGES, SYS_mkdir},
	{CALLS_CHANGES, SYS_mknod},
	{CALLS_CHANGES, SYS_rename},
	{CALLS_CHANGES, SYS_rmdir},
	{CALLS_CHANGES, SYS_symlink},
	{CALLS_CHANGES, SYS_unlink},
	{CALLS_CHANGES, SYS_utime},
	{CALLS_CHANGES, SYS_utimes},
	{CALLS_OPENING, SYS_open},
#endif
};

enum {
	REFUSED_CALLS = sizeof(refused_calls) / sizeof(refused_calls[0]),
	/* Two for each call, and those of begin, refuse_processes and end. */
	INSTRUCTIONS_MAX = 2 * REFUSED_CALLS + 16,
	/* Bit of a call by the x32 interface, whose numbers are others. */
	X32_CALL = 0x40000000,
};

struct filter {
	struct sock_filter code[INSTRUCTIONS_MAX];
	unsigned short length;
};

static void add(struct filter *filter, struct sock_filter instruction)
{
	filter->code[filter->length++] = instruction;
}

/* If `test` holds of what was loaded last, the call fails with that error. */
static void refuse_if(
	struct filter *filter, unsigned test, uint32_t value, uint32_t error)
{
	add(filter,
		(struct sock_filter)BPF_JUMP(
			BPF_JMP | test | BPF_K, value, 0, 1));
	add(filter,
		(struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
}

static void load(struct filter *filter, size_t offset)
{
	add(filter,
		(struct sock_filter)BPF_STMT(
			BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* Refuses calls by numbers of another architecture; loads the number. */
static void begin(struct filter *filter)
{
	load(filter, offsetof(struct seccomp_data, arch));
	add(filter,
		(struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	add(filter,
		(struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
	load(filter, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
	refuse_if(filter, BPF_JGE, X32_CALL, EPERM);
#endif
}

/*
 * Threads are made by the same call as processes. A filter cannot read the
 * flags of clone3(2), which are in memory; without that call the C library
 * makes threads by clone(2). Has to come last, because it loads the flags.
 */
static void refuse_processes(struct filter *filter)
{
	refuse_if(filter, BPF_JEQ, SYS_clone3, ENOSYS);
	/* Any other call jumps over what follows: it is allowed. */
	add(filter,
		(struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3));
	load(filter, offsetof(struct seccomp_data, args[0]));
	add(filter,
		(struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
	add(filter,
		(struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
}

void confine_calls(unsigned lists)
{
	struct filter filter = {.length = 0};
	struct sock_fprog program = {.filter = filter.code};

	if (!confine_calls_possible())
		return;
	begin(&filter);
	for (size_t i = 0; i < REFUSED_CALLS; i++)
		if (lists & refused_calls[i].list)
			refuse_if(&filter, BPF_JEQ, refused_calls[i].number,
				EPERM);
	if (lists & CALLS_PROCESSES)
		refuse_processes(&filter);
	add(&filter,
		(struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	program.len = filter.length;
	(void)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
}

bool confine_calls_possible(void)
{
	const uint32_t action = SECCOMP_RET_ERRNO;

	return ARCHITECTURE &&
		syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}
