/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One client's connection, from the accepted socket until its memory is freed:
 * which protocol it speaks, reading, writing, and its end. An idle connection
 * holds nothing but its struct. Belongs to the loop's thread.
 */
#ifndef MOCK_SERVER_CONNECTION_H
#define MOCK_SERVER_CONNECTION_H

#include <stddef.h>

#include "mock_server/list.h"

struct loop;

/* Of one loop. Zeroed: none. */
struct connections {
	struct list open;
	struct list closed; /* freed once no event can name them */
	size_t count;       /* of the open ones */
};

/*
 * Takes over the socket (non-blocking), watches it, and adds its connection to
 * the open ones. Returns 0; or -ENOMEM or -ECONNREFUSED, and the socket is
 * still the caller's.
 */
int connection_open(struct connections *all, struct loop *loop, int fd);

/* Has each connection answer what it has read, and then close. */
void connections_drain(struct connections *all);

/* Closes them all, and gives up what was not answered. */
void connections_close(struct connections *all);

/* Frees the closed ones. */
void connections_free_closed(struct connections *all);

#endif
