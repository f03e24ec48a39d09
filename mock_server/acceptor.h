/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accepts clients on a listening socket, keeps their connections, and lets them
 * end when the server is to stop. Belongs to the thread that runs its loop.
 */
#ifndef MOCK_SERVER_ACCEPTOR_H
#define MOCK_SERVER_ACCEPTOR_H

#include "mock_server/connection.h"
#include "mock_server/loop.h"

struct acceptor {
	struct loop loop;
	struct loop_source listen_source, stop_source;
	int listen_fd; /* lent; -1 once no more clients are accepted */
	int stop_fd;   /* lent */
	size_t connections_max;
	struct connections connections;
	struct timer resume;  /* set while accepting pauses */
	struct timer give_up; /* set while draining */
};

/*
 * listen_fd is non-blocking and listening; stop_fd is as in mock_server_run;
 * connections_max is how many sockets may be open. Returns 0; or -errno, and
 * there is nothing to close.
 */
int acceptor_open(struct acceptor *acceptor, struct service *service,
	struct control *control, int listen_fd, int stop_fd,
	size_t connections_max);

/* Closes every connection. A zeroed acceptor is accepted. */
void acceptor_close(struct acceptor *acceptor);

#endif
