/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Repairs what a process may inherit and cannot work with: ignored or blocked
 * signals, closed standard descriptors, a umask that locks out the owner. The
 * locale needs no repair: no part of flagrace calls setlocale(3), so the locale
 * is "C".
 */
#ifndef HARNESS_BASE_WORLD_H
#define HARNESS_BASE_WORLD_H

/*
 * Puts the calling process into the state that all other code expects. The
 * process must have one thread and no open files of its own. Afterwards:
 *
 * - No signal is blocked. SIGCHLD has its default action, so that children can
 *   be waited for. SIGXFSZ is ignored, so that a file beyond the size limit
 *   is an error of write(2). Other signals keep their actions: under nohup(1)
 *   or in the background of a script, SIGHUP or SIGINT is ignored on purpose.
 * - Descriptors 0 to 2 are open. A closed one becomes /dev/null: standard
 *   output opened for reading, so that printing still fails.
 * - The owner may read and write new files (umask).
 * - The process is not the first one of a PID namespace. That one continues as
 *   an init process: it forwards signals, reaps orphans, and exits with the
 *   status of the process that returns from here.
 *
 * Returns 0 or -errno.
 */
int world_enter(void);

/*
 * For a child before it runs foreign code: sets ignored signals to their
 * default actions and unblocks all.
 */
void world_reset_signals(void);

#endif
