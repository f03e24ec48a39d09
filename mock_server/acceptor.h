/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accepts clients on listening sockets, keeps their connections, and lets them
 * end when the server is to stop. Belongs to the thread that runs its loop.
 */
#ifndef MOCK_SERVER_ACCEPTOR_H
#define MOCK_SERVER_ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "mock_server/connection.h"
#include "mock_server/loop.h"

/* Its own socket, and one that all loops of the server share. */
enum { ACCEPTOR_LISTENERS = 2 };

struct listener {
	struct loop_source source;
	struct acceptor *acceptor;
	int fd; /* lent; -1: there is none */
};

struct acceptor {
	struct loop loop;
	struct listener listeners[ACCEPTOR_LISTENERS];
	struct loop_source stop_source;
	bool stopped; /* no more clients are accepted */
	int stop_fd;  /* lent */
	size_t connections_max;
	struct connections connections;
	struct timer resume;  /* set while accepting pauses */
	struct timer give_up; /* set while draining */
};

/*
 * listen_fds are non-blocking and listening, or -1; stop_fd is as in
 * mock_server_run; connections_max is how many sockets may be open. The
 * acceptor may not be moved. Returns 0; or -errno, and there is nothing to
 * close.
 */
int acceptor_open(struct acceptor *acceptor, struct service *service,
	struct control *control, const int listen_fds[ACCEPTOR_LISTENERS],
	int stop_fd, size_t connections_max);

/* Closes every connection. A zeroed acceptor is accepted. */
void acceptor_close(struct acceptor *acceptor);

#endif
