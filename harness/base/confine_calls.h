/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A seccomp filter: the kernel refuses a process some system calls. For
 * confine.c only.
 *
 * The list names what is refused, with EPERM, and all other calls are allowed.
 * A list of what is allowed would be shorter for an attacker, but every version
 * of the C library, of OpenSSL or of gnuplot makes other calls, and a new one
 * would fail on a machine that nobody has tested. What is refused here is what
 * an intruder needs to leave the process: other programs, connections, rights,
 * processes and files.
 *
 * The filter looks at the number of a call only, except in clone(2). The kernel
 * then decides once for each number, when the filter is installed, and a call
 * that is allowed later costs one look at a bit (since Linux 5.11). Before Linux
 * 5.16 a filter would also slow the process down by mitigations of speculative
 * execution, unless it is installed with SECCOMP_FILTER_FLAG_SPEC_ALLOW, as here:
 * the process runs no foreign code.
 *
 * libseccomp would do the same. It is not used, because the filter is a dozen
 * instructions and a table, and would be the only use of the library.
 */
#ifndef HARNESS_BASE_CONFINE_CALLS_H
#define HARNESS_BASE_CONFINE_CALLS_H

#include <stdbool.h>

/* Lists of system calls. */
enum {
	CALLS_RIGHTS = 1 << 0,    /* other rights, mounts, other processes */
	CALLS_USERS = 1 << 1,     /* another user or group */
	CALLS_SOCKETS = 1 << 2,   /* new sockets and connections */
	CALLS_PROCESSES = 1 << 3, /* new processes, but not threads */
	CALLS_PROGRAMS = 1 << 4,  /* execve */
	CALLS_CHANGES = 1 << 5,   /* names, owners and modes of files */
	CALLS_OPENING = 1 << 6,   /* files, by any name */
};

/*
 * Refuses the calls of these lists. Does nothing on an architecture that it
 * does not know, on a kernel without seccomp filters, and without no_new_privs.
 */
void confine_calls(unsigned lists);

/* Whether confine_calls can refuse calls here. */
bool confine_calls_possible(void);

#endif
