/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the system to wake a thread when it is to be woken. */
#ifndef MOCK_SERVER_SCHED_H
#define MOCK_SERVER_SCHED_H

/*
 * For the calling thread, for good. Returns nothing: the system may refuse each
 * part, and the thread then wakes later.
 */
void sched_wake_promptly(void);

#endif
