/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a connection on which nothing more will be written. A socket that
 * is closed too early discards what the kernel has not delivered yet, so the
 * client gets some time to take it. Belongs to the loop's thread.
 */
#ifndef MOCK_SERVER_CLOSING_H
#define MOCK_SERVER_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/timers.h"

struct loop;

/* Zeroed: not begun. */
struct closing {
	struct timer timer;
	struct loop *loop;
	int fd;
	bool reset; /* the connection is to be reset, not closed */
	void (*done)(struct closing *closing);
	int left;          /* bytes that the client had yet to take */
	uint64_t begun_ns; /* when closing began */
	uint64_t taken_ns; /* when the client last took some */
};

/*
 * Calls done(closing) once when the socket may be closed, perhaps at once.
 * Without `reset` this shuts down the sending side, and the socket may be
 * closed once the client has taken nothing for a second, or after half a
 * minute. With `reset` it may be reset as soon as all that was written is on
 * its way.
 */
void closing_begin(struct closing *closing, struct loop *loop, int fd,
	bool reset, void (*done)(struct closing *closing));

/* Ends the waiting, if it has begun; done is not called. */
void closing_cancel(struct closing *closing);

/* Whether the client's host has acknowledged all that was written to fd. */
bool closing_all_delivered(int fd);

#endif
