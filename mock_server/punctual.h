/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the system to wake a thread when it is to be woken. */
#ifndef MOCK_SERVER_PUNCTUAL_H
#define MOCK_SERVER_PUNCTUAL_H

/*
 * For the calling thread, for good. Nothing is told of success: each part of it
 * is a favour that the system may refuse, at the price of a later waking.
 */
void punctual_ask(void);

#endif
