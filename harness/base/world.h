/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process inherits and could not work with: signals that are ignored
 * or blocked, standard descriptors that are closed, a umask that locks out the
 * owner. The locale needs nothing: no part of flagrace calls setlocale(3), so
 * that it is "C" whatever the environment says.
 */
#ifndef HARNESS_BASE_WORLD_H
#define HARNESS_BASE_WORLD_H

/*
 * Puts the calling process, which has one thread and has opened nothing yet,
 * into a state on which everything else relies:
 *
 * - No signal is blocked. SIGCHLD has its default action, without which no
 *   child could be waited for. SIGXFSZ is ignored: a file that may not grow is
 *   an error of write(2) to be told. Every other action stays as inherited:
 *   under nohup(1) or in the background of a script, SIGHUP or SIGINT is
 *   meant to be ignored.
 * - Descriptors 0 to 2 are open. In the place of a closed one is /dev/null,
 *   of which a standard output can only be read: that nobody can see what
 *   flagrace prints stays an error.
 * - The owner may read and write what flagrace makes (umask).
 * - It is not the first process of a PID namespace: that one goes on as an
 *   init, which hands signals on, reaps every orphan that the namespace gives
 *   it, and exits as the process that returns from here does.
 *
 * Returns 0 or -errno.
 */
int world_enter(void);

/*
 * In a child before it runs foreign code: each ignored signal gets its default
 * action, and none is blocked.
 */
void world_reset_signals(void);

#endif
