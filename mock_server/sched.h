/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scheduling of the event loops' threads. */
#ifndef MOCK_SERVER_SCHED_H
#define MOCK_SERVER_SCHED_H

/*
 * Has the calling thread run as soon as possible after a timer expires. The
 * system may refuse each part of this, and the thread then wakes later.
 */
void sched_wake_promptly(void);

#endif
