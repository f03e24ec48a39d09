/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rights that a process gives up for good, and all processes that it starts
 * later give up with it. A fault in its code is then worth less to others
 * (SECURITY.md).
 *
 * Each function does what the kernel, the container and the machine's
 * architecture allow, and leaves out the rest without an error: an old kernel
 * must not keep a measurement from being made. `flagrace doctor` tells what is
 * left out here. Builds with sanitizers or with counts of executed lines have
 * only no_new_privs, because their runtimes read and write files of their own.
 *
 * The caller has one thread. errno is changed.
 */
#ifndef HARNESS_BASE_CONFINE_H
#define HARNESS_BASE_CONFINE_H

#include <stdbool.h>

/*
 * Programs that are executed from now on gain no rights by their owner (setuid),
 * group or file capabilities: no_new_privs of prctl(2). sudo(8) is refused.
 */
void confine_privileges(void);

/*
 * For the server, once it listens and has opened its files. Besides
 * confine_privileges: no other process or program is started, no other socket
 * is made, no file is written or changed but those that are open already, and
 * no file is read but those below `root` (NULL: none) or, if any_file is true,
 * those that the user may read.
 */
void confine_server(const char *root, bool any_file);

/*
 * For gnuplot, between fork(2) and exec. Besides confine_privileges: no process
 * is started, no socket is made, and no file is written or changed but those
 * that are open already and /dev/null. Safe after fork(2).
 */
void confine_drawing(void);

/* What confine_server and confine_drawing can use here. */
struct confinement {
	int files;  /* version of Landlock's interface; 0: no Landlock */
	bool calls; /* system calls can be refused (seccomp filters) */
};
struct confinement confine_here(void);

#endif
