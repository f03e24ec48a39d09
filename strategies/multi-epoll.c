/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One thread and a multi handle, which says what it waits for: the sockets,
 * kept in an epoll set, and its next deadline, how long epoll_wait may sleep.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <flagrace/strategy.h>

#include "strategies/multi.h"

enum { EVENTS = 64, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

struct loop {
	atomic_size_t next;
	struct multi multi;
	int set; /* epoll */
};

/* libcurl's wish for a socket. What it has not seen before, it assigns. */
static int watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *seen)
{
	struct loop *loop = arg;
	struct epoll_event event = {.data.fd = fd};

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(loop->multi.handle, fd, NULL);
		/* A socket that was closed has left the set by itself. */
		(void)epoll_ctl(loop->set, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		event.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		event.events |= EPOLLOUT;
	curl_multi_assign(loop->multi.handle, fd, loop);
	return epoll_ctl(
		loop->set, seen ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

static int act(struct loop *loop, curl_socket_t fd, uint32_t events)
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

/* Until libcurl's next deadline or the next item's time; false: neither. */
static bool time_left(struct loop *loop, struct timespec *left)
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

/* Sleeps until something can be done, and does it. */
static int wait_and_act(struct loop *loop)
{
	struct epoll_event events[EVENTS];
	struct timespec left;
	int count, rc = 0;

	count = epoll_pwait2(loop->set, events, EVENTS,
		time_left(loop, &left) ? &left : NULL, NULL);
	if (count < 0 && errno != EINTR)
		return -errno;
	if (count <= 0)
		return act(loop, CURL_SOCKET_TIMEOUT, 0);
	for (int i = 0; i < count && !rc; i++)
		rc = act(loop, events[i].data.fd, events[i].events);
	return rc;
}

static int download_many(struct fr_job *job)
{
	struct loop *loop = job->priv;
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
	struct loop *loop = job->priv;

	multi_close(&loop->multi);
	if (loop->set >= 0)
		close(loop->set);
	free(loop);
}

static int setup(struct fr_job *job)
{
	struct loop *loop = calloc(1, sizeof(*loop));
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
