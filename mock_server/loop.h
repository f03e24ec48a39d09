/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop: waits for descriptors and the next deadline, and calls the
 * sources that are ready and the timers that are due. One thread runs a loop
 * and owns all it holds; the loops of a server share only the service and the
 * control interface.
 *
 * Sockets of clients are registered once, edge-triggered, so that a request
 * costs no epoll_ctl: what is ready is read or written until it no longer is.
 */
#ifndef MOCK_SERVER_LOOP_H
#define MOCK_SERVER_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "mock_server/clock.h"
#include "mock_server/exchange.h"
#include "mock_server/timers.h"

struct control;
struct service;
struct tls;

enum {
	LOOP_BUFFER_SIZE = 32768, /* holds more than one largest request */
	LOOP_DATE_LENGTH = 37, /* "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" */
};

/* A descriptor that a loop watches; embedded in what it stands for. */
struct loop_source {
	/* Required. `events` are epoll's. */
	void (*ready)(struct loop_source *source, uint32_t events);
};

struct loop {
	struct service *service;
	struct control *control;
	const struct tls *tls; /* NULL: only plain HTTP is spoken */
	/* Optional. Called before each wait, when no event names a source. */
	void (*before_wait)(struct loop *loop);
	bool done; /* loop_run is to return, with rc */
	int rc;
	int epoll_fd, timer_fd;
	struct loop_source timer_source, mailbox_source;
	struct timers timers;
	uint64_t armed_ns; /* the deadline that timer_fd is set to */
	uint64_t now_ns;   /* the latest stamp taken */
	struct mailbox mailbox;
	char date[LOOP_DATE_LENGTH + 1];
	time_t date_s;
	char buffer[LOOP_BUFFER_SIZE]; /* what is being read or written */
};

/* Returns 0; or -errno, and there is nothing to close. */
int loop_open(
	struct loop *loop, struct service *service, struct control *control);

/* A zeroed loop is accepted. */
void loop_close(struct loop *loop);

/* Runs until `done`. Returns rc, or -errno of epoll or the timer. */
int loop_run(struct loop *loop);

/* Has epoll call source->ready on these events at fd. Returns 0 or -errno. */
int loop_watch(
	struct loop *loop, int fd, uint32_t events, struct loop_source *source);
void loop_unwatch(struct loop *loop, int fd);

/*
 * Has epoll report once more what is ready at fd, which is watched for these
 * events, after the other sources have had their turn.
 */
void loop_watch_again(
	struct loop *loop, int fd, uint32_t events, struct loop_source *source);

/* Takes a stamp: the time now. */
static inline uint64_t loop_stamp(struct loop *loop)
{
	return loop->now_ns = clock_now_ns();
}

#endif
