/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop: waits on its sockets and for the next deadline, and lets
 * connections do their work. One thread runs it and owns all it holds; loops
 * have nothing in common but the service.
 *
 * Sockets are watched edge-triggered and registered once, so that a request
 * costs no epoll_ctl: what is ready is read or written until it no longer is.
 */
#ifndef MOCK_SERVER_LOOP_H
#define MOCK_SERVER_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "mock_server/service.h"
#include "mock_server/timers.h"

struct connection;

enum {
	LOOP_BUFFER_SIZE = 32768, /* holds more than one largest request */
	LOOP_DATE_LENGTH = 37, /* "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" */
};

struct loop {
	struct service *service;
	int epoll_fd, timer_fd;
	int listen_fd; /* lent by the caller; -1 once it is to accept no more */
	int stop_fd;   /* lent */
	struct timers timers;
	uint64_t armed_ns;         /* the deadline timer_fd is set to */
	uint64_t now_ns;           /* the latest stamp taken */
	struct timer accept_again; /* set while accepting pauses */
	struct timer give_up;      /* set while draining */
	bool done;
	struct mailbox mailbox; /* what other loops have let go on */
	size_t connections_max, connections_open;
	struct connection *connections; /* all that are open */
	struct connection *closed;      /* freed when no event can name them */
	struct reply *spare_replies;
	char date[LOOP_DATE_LENGTH + 1];
	time_t date_s;
	char buffer[LOOP_BUFFER_SIZE]; /* what is being read and parsed */
};

/*
 * listen_fd is non-blocking and listening; connections_max is how many sockets
 * this loop may hold. Returns 0 or -errno.
 */
int loop_open(struct loop *loop, struct service *service, int listen_fd,
	int stop_fd, size_t connections_max);

/* Closes every connection; a loop that is all zero has none. */
void loop_close(struct loop *loop);

/* As mock_server_run. */
int loop_run(struct loop *loop);

/*
 * Has epoll tell once more what is ready at fd, a connection's socket that
 * `who` stands for, after the others have had their turn.
 */
void loop_come_back(struct loop *loop, int fd, void *who);

/* Takes a new stamp: the time now. */
uint64_t loop_stamp(struct loop *loop);

#endif
