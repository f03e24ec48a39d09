/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ctrl-C, SIGTERM and SIGHUP as something to wait for: a command that has
 * opened this ends in order, with what it has, when one arrives. One that is
 * ignored, as by nohup(1), stays so.
 */
#ifndef HARNESS_BASE_INTERRUPT_H
#define HARNESS_BASE_INTERRUPT_H

#include <stdbool.h>

/*
 * Blocks the three signals and returns a descriptor that is readable once one
 * has come, or -1. Children must unblock them.
 */
int interrupt_open(void);

/* Whether one has come. */
bool interrupt_pending(int fd);

/* Takes those that have come, so that only another one is pending. */
void interrupt_take(int fd);

#endif
