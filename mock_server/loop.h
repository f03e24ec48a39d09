/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop: waits for descriptors and the next deadline, and calls the
 * sources that are ready and the timers that are due. One thread runs a loop
 * and owns all it holds; the loops of a server share only the service and the
 * control interface.
 *
 * Sockets of clients are registered once, edge-triggered, so that a request
 * costs no epoll_ctl: what is ready is read or written until it no longer is, in
 * turns of LOOP_TURN_NS.
 */
#ifndef MOCK_SERVER_LOOP_H
#define MOCK_SERVER_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "mock_server/clock.h"
#include "mock_server/exchange.h"
#include "mock_server/list.h"
#include "mock_server/timers.h"

struct control;
struct service;
struct tls;

enum {
	LOOP_BUFFER_SIZE = 32768, /* holds more than one largest request */
	LOOP_DATE_LENGTH = 37, /* "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n" */
	LOOP_TURN_NS = 100000, /* of one source, while others are ready */
};

/* A descriptor that a loop watches; embedded in what it stands for. */
struct loop_source {
	/* Required. `events` are epoll's. */
	void (*ready)(struct loop_source *source, uint32_t events);
	struct list_link link; /* in loop.later */
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
	struct list later; /* sources whose turn was over before their work */
	uint64_t turn_end_ns; /* of the source that has its turn */
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
 * Calls source->ready without events once the sources that are ready have been
 * called: one source that was put off each time the loop has waited.
 */
void loop_put_off(struct loop *loop, struct loop_source *source);

static inline bool loop_is_put_off(const struct loop_source *source)
{
	return source->link.list != NULL;
}

/* The source is called no more. */
static inline void loop_forget(struct loop_source *source)
{
	list_remove(&source->link);
}

/* Takes a stamp: the time now. */
static inline uint64_t loop_stamp(struct loop *loop)
{
	return loop->now_ns = clock_now_ns();
}

/* A source begins with its work, which it divides into turns. */
static inline void loop_begin_turn(struct loop *loop)
{
	loop->turn_end_ns = loop_stamp(loop) + LOOP_TURN_NS;
}

static inline bool loop_turn_is_over(struct loop *loop)
{
	return loop_stamp(loop) >= loop->turn_end_ns;
}

/* What follows is much work: it has a turn of its own. */
static inline void loop_end_turn(struct loop *loop)
{
	loop->turn_end_ns = 0;
}

#endif
