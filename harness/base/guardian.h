/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two processes that watch over each other, so that nothing is left if one of
 * them is killed. The first one is known to the user and waits. The second one
 * does the work, and has children.
 */
#ifndef HARNESS_BASE_GUARDIAN_H
#define HARNESS_BASE_GUARDIAN_H

#include <signal.h>
#include <sys/types.h>

/*
 * Forks. Returns 0 in the second process, which becomes the parent of its
 * orphaned descendants. Otherwise waits for the second process, to which it
 * hands signals on; then kills what is left of its descendants, and returns 1
 * with *status: the exit status, or 128 + N of signal N. Returns -errno if it
 * cannot fork. The process must have one thread and no children.
 */
int guardian_fork(int *status);

/* SIGCHLD and the signals that are handed on, for sigwaitinfo(2). */
void guardian_signals(sigset_t *signals);

/* Hands a signal on to a child, if the child has not got it from a terminal. */
void guardian_hand_on(pid_t child, const siginfo_t *info);

/* The exit status, or 128 + N of signal N, of a status of waitpid(2). */
int guardian_status(int status);

/* Kills and reaps all children, and theirs, which become ours. */
void guardian_end_children(void);

#endif
