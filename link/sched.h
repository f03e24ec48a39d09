/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scheduling of the relay. */
#ifndef LINK_SCHED_H
#define LINK_SCHED_H

/*
 * Has the calling process run as soon as possible after a timer expires. The
 * system may refuse each part of this, and the process then wakes later.
 */
void sched_wake_soon(void);

#endif
