/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System calls that this kernel lacks (ENOSYS) or that the seccomp profile of a
 * container refuses: with EPERM, or with ENOSYS as if the kernel lacked them. Any
 * thread.
 */
#ifndef HARNESS_BASE_KERNEL_H
#define HARNESS_BASE_KERNEL_H

#include "harness/base/error.h"

/* The first Linux with all that the harness and the server use. */
#define KERNEL_SINCE "5.11"

struct kernel_call {
	const char *name;  /* "pidfd_open(2)" */
	const char *since; /* the first Linux that has all that is used of it */
	const char *first; /* a remedy to try first, "SOMETHING, and "; or "" */
};

/*
 * Makes the system call of that number with arguments that each kernel which has
 * the call finds wrong, so that it does nothing. Only for calls that start, open
 * or wait for something. Returns -EPERM or -ENOSYS if the call is refused, and 0
 * if not.
 */
int kernel_try(long number);

/*
 * Fills in *err: "WHO cannot run here: CALL: why; remedy". `error` is the errno of
 * the call. Returns -1.
 */
int kernel_refusal(struct fr_error *err, const char *who,
	const struct kernel_call *call, int error);

/*
 * Checks the calls and the number of file descriptors that a trial and the mock
 * server need in any case. Returns 0, or -1 with *err, which names the call or the
 * limit, and a remedy.
 */
int kernel_check(struct fr_error *err);

#endif
