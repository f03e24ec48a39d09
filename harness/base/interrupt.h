/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SIGINT (Ctrl-C), SIGTERM and SIGHUP as a descriptor, so that a command can
 * finish what it has begun when one arrives. A signal that is ignored on entry,
 * as under nohup(1), stays ignored.
 */
#ifndef HARNESS_BASE_INTERRUPT_H
#define HARNESS_BASE_INTERRUPT_H

#include <stdbool.h>

/*
 * Blocks the three signals and returns a descriptor that is readable when one
 * is pending, or -1. Child processes must unblock them.
 */
int interrupt_open(void);

/* Tells whether a signal is pending. */
bool interrupt_pending(int fd);

/* Consumes the pending signals. */
void interrupt_take(int fd);

#endif
