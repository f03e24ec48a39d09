/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a connection, when all is written that will be: what the kernel
 * has taken still has to reach the client, and a socket that is closed too
 * early throws it away. Requests that will not be answered are given up at
 * once. Of the connection's loop and thread.
 */
#ifndef MOCK_SERVER_CLOSING_H
#define MOCK_SERVER_CLOSING_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/timers.h"

struct connection;

/* Zeroed: not started. */
struct closing {
	struct timer timer;
	int left;                    /* bytes the client had yet to take */
	uint64_t begun_ns, taken_ns; /* when it last took some */
};

/*
 * Ends the sending. The connection is closed when the client has closed it,
 * takes no more for a second, or after half a minute.
 */
void closing_linger(struct connection *connection);

/* Resets the connection as soon as all that was written is on its way. */
void closing_reset(struct connection *connection);

/* Whether the client's host has all that was written. */
bool closing_all_delivered(const struct connection *connection);

#endif
