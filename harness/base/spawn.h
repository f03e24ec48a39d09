/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts programs that this process waits for. */
#ifndef HARNESS_BASE_SPAWN_H
#define HARNESS_BASE_SPAWN_H

#include <sys/types.h>

/*
 * Starts words[0], looked up in PATH, with default signal handling and in a
 * process group of its own, so that it can be killed together with all that it
 * starts. It runs in `directory` (NULL: this one); fds become its standard
 * input, output and error (-1: those of this process). Just before exec the
 * child calls `confine`, a function of harness/base/confine.h. Returns 0 with
 * *pid, or an errno, ENOENT when there is no such program. The caller has one
 * thread.
 */
int spawn_apart(pid_t *pid, char *const *words, const char *directory,
	const int fds[3], void (*confine)(void));

/*
 * Makes fd a standard descriptor, which stays open in exec. Returns a negative
 * value with errno on failure. Safe after fork(2).
 */
int spawn_become(int fd, int standard);

#endif
