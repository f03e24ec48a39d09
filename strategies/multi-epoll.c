/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One thread and a multi handle. libcurl tells which events of which sockets it
 * waits for, which go into an epoll set, and its next deadline, which limits
 * the sleep.
 *
 * libcurl asks for a change twice a request, and to change the set is a system
 * call. So the set keeps a connection's socket from one request to the next. It
 * is edge-triggered, so that an event in between is reported only once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <flagrace/strategy.h>

#include "strategies/multi.h"

enum { EVENTS = 64, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

/* What libcurl waits for at a descriptor, and what the epoll set watches. */
struct watched_fd {
	uint32_t wanted; /* events that libcurl waits for now */
	uint32_t told;   /* events in the set; 0: it may not be in the set */
	bool kept;       /* a connection's socket: closed() will be called */
	bool fired;      /* an event was reported since the set was changed */
};

struct multi_epoll {
	atomic_size_t next;
	struct multi multi;
	int set;                    /* epoll */
	struct watched_fd *watched; /* by descriptor */
	size_t room;
};

/* The entry of a descriptor, which may need memory; NULL: there is none. */
static struct watched_fd *entry_of(struct multi_epoll *loop, curl_socket_t fd)
{
	size_t need = (size_t)fd + 1, room = 2 * need + EVENTS;
	struct watched_fd *watched;

	if (need > loop->room) {
		watched = reallocarray(loop->watched, room, sizeof(*watched));
		if (!watched)
			return NULL;
		memset(watched + loop->room, 0,
			(room - loop->room) * sizeof(*watched));
		loop->watched = watched;
		loop->room = room;
	}
	return &loop->watched[fd];
}

/* Called before a socket is connected (CURLOPT_SOCKOPTFUNCTION(3)). */
static int made(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	struct watched_fd *watched = entry_of(arg, fd);

	(void)purpose;
	if (!watched)
		return CURL_SOCKOPT_ERROR;
	*watched = (struct watched_fd){.kept = true};
	return CURL_SOCKOPT_OK;
}

/* Called to close a socket, which leaves the set when it is closed. */
static int closed(void *arg, curl_socket_t fd)
{
	struct multi_epoll *loop = arg;

	loop->watched[fd] = (struct watched_fd){0};
	return close(fd);
}

/*
 * Puts the wanted events into the set. That checks the socket again, so bytes
 * that came before are reported, too.
 */
static int tell(struct multi_epoll *loop, curl_socket_t fd)
{
	struct watched_fd *watched = &loop->watched[fd];
	struct epoll_event event = {
		.events = watched->wanted | EPOLLET, .data.fd = fd};
	int how = watched->told ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	watched->told = watched->wanted;
	watched->fired = false;
	return epoll_ctl(loop->set, how, fd, &event) ? -errno : 0;
}

/*
 * Called when libcurl waits for other events of a descriptor; for none, each
 * time that a request has ended. The set then keeps a connection's socket.
 */
static int watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *seen)
{
	struct multi_epoll *loop = arg;
	struct watched_fd *watched = entry_of(loop, fd);

	(void)easy, (void)seen;
	if (!watched)
		return -1;
	watched->wanted = 0;
	if (what != CURL_POLL_REMOVE && (what & CURL_POLL_IN))
		watched->wanted |= EPOLLIN;
	if (what != CURL_POLL_REMOVE && (what & CURL_POLL_OUT))
		watched->wanted |= EPOLLOUT;
	if (!watched->wanted && !watched->kept) {
		watched->told = 0;
		(void)epoll_ctl(loop->set, EPOLL_CTL_DEL, fd, NULL);
	}
	return watched->wanted & ~watched->told && tell(loop, fd) ? -1 : 0;
}

static int act(struct multi_epoll *loop, curl_socket_t fd, uint32_t events)
{
	int what = 0, running;

	if (events & EPOLLIN)
		what |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		what |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		what |= CURL_CSELECT_ERR;
	return multi_error(curl_multi_socket_action(
		loop->multi.handle, fd, what, &running));
}

/*
 * Has libcurl handle a socket's events. It may leave some bytes unread, so the
 * set has to check the socket again if libcurl still waits for it.
 */
static int serve(struct multi_epoll *loop, curl_socket_t fd, uint32_t events)
{
	int rc;

	loop->watched[fd].fired = true;
	rc = act(loop, fd, events);
	if (rc || !loop->watched[fd].wanted || !loop->watched[fd].fired)
		return rc;
	return tell(loop, fd);
}

/* The time to libcurl's next deadline or the next due item; false: none. */
static bool time_left(struct multi_epoll *loop, struct timespec *left)
{
	uint64_t ns = multi_due_in_ns(&loop->multi);
	long ms = -1;

	curl_multi_timeout(loop->multi.handle, &ms);
	if (ms >= 0 && (uint64_t)ms < ns / NS_PER_MS)
		ns = (uint64_t)ms * NS_PER_MS;
	left->tv_sec = (time_t)(ns / NS_PER_S);
	left->tv_nsec = (long)(ns % NS_PER_S);
	return ns != UINT64_MAX;
}

static int send_requests(void *arg)
{
	return act(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* Waits for events or a deadline, and handles them. */
static int wait_and_act(struct multi_epoll *loop)
{
	struct epoll_event events[EVENTS];
	struct timespec left;
	int count, rc = 0;

	/* A handle was just added, and libcurl's deadline is now. */
	if (loop->multi.added) {
		loop->multi.added = false;
		return act(loop, CURL_SOCKET_TIMEOUT, 0);
	}
	count = epoll_pwait2(loop->set, events, EVENTS,
		time_left(loop, &left) ? &left : NULL, NULL);
	if (count < 0 && errno != EINTR)
		return -errno;
	if (count <= 0)
		return act(loop, CURL_SOCKET_TIMEOUT, 0);
	for (int i = 0; i < count && !rc; i++)
		rc = serve(loop, events[i].data.fd, events[i].events);
	return rc;
}

static int download_many(struct fr_job *job)
{
	struct multi_epoll *loop = job->priv;
	int rc = multi_begin(&loop->multi);

	while (!rc && multi_busy(&loop->multi)) {
		rc = wait_and_act(loop);
		if (!rc)
			rc = multi_collect(&loop->multi);
	}
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct multi_epoll *loop = job->priv;

	multi_close(&loop->multi);
	if (loop->set >= 0)
		close(loop->set);
	free(loop->watched);
	free(loop);
}

static int setup(struct fr_job *job)
{
	struct multi_epoll *loop = calloc(1, sizeof(*loop));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	loop->set = epoll_create1(EPOLL_CLOEXEC);
	rc = loop->set < 0 ? -errno : 0;
	if (!rc)
		rc = multi_open(
			&loop->multi, job, &loop->next, 0, job->concurrency);
	if (rc) {
		teardown(job);
		return rc;
	}
	curl_multi_setopt(loop->multi.handle, CURLMOPT_SOCKETFUNCTION, watch);
	curl_multi_setopt(loop->multi.handle, CURLMOPT_SOCKETDATA, loop);
	loop->multi.made = made;
	loop->multi.closed = closed;
	loop->multi.sockets = loop;
	loop->multi.send = send_requests;
	return 0;
}

FR_STRATEGY(multi_epoll) = {
	.abi = FR_STRATEGY_ABI,
	.name = "multi-epoll",
	.summary = "one thread, libcurl's multi handle on epoll",
	.default_concurrency = 20,
	.flags = FR_NEEDS_EPOLL_PWAIT2,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
