/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "mock_server/sched.h"
#include "mock_server/service.h"

enum { EVENTS_MAX = 64 };

static int control_epoll(struct loop *loop, int operation, int fd,
	uint32_t events, struct loop_source *source)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	return epoll_ctl(loop->epoll_fd, operation, fd, &event) ? -errno : 0;
}

int loop_watch(
	struct loop *loop, int fd, uint32_t events, struct loop_source *source)
{
	return control_epoll(loop, EPOLL_CTL_ADD, fd, events, source);
}

void loop_put_off(struct loop *loop, struct loop_source *source)
{
	list_push(&loop->later, &source->link);
}

void loop_unwatch(struct loop *loop, int fd)
{
	(void)control_epoll(loop, EPOLL_CTL_DEL, fd, 0, NULL);
}

/* The deadline itself is found by the loop, as after every event. */
static void timer_ready(struct loop_source *source, uint32_t events)
{
	struct loop *loop = container_of(source, struct loop, timer_source);

	(void)events;
	loop->armed_ns = UINT64_MAX;
	(void)loop_stamp(loop);
}

static void mailbox_ready(struct loop_source *source, uint32_t events)
{
	struct loop *loop = container_of(source, struct loop, mailbox_source);

	(void)events;
	service_deliver(loop->service, &loop->mailbox);
}

int loop_open(
	struct loop *loop, struct service *service, struct control *control)
{
	int rc;

	memset(loop, 0, sizeof(*loop));
	timers_init(&loop->timers);
	loop->service = service;
	loop->control = control;
	loop->armed_ns = UINT64_MAX;
	loop->timer_source.ready = timer_ready;
	loop->mailbox_source.ready = mailbox_ready;
	loop->timer_fd = loop->mailbox.wake_fd = -1;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd >= 0)
		loop->timer_fd = timerfd_create(
			CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (loop->timer_fd >= 0)
		loop->mailbox.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	rc = loop->mailbox.wake_fd < 0 ? -errno : 0;
	/*
	 * Edge-triggered, so neither has to be read: each expiry and each
	 * write is an event of its own.
	 */
	if (!rc)
		rc = loop_watch(loop, loop->timer_fd, EPOLLIN | EPOLLET,
			&loop->timer_source);
	if (!rc)
		rc = loop_watch(loop, loop->mailbox.wake_fd, EPOLLIN | EPOLLET,
			&loop->mailbox_source);
	if (rc)
		loop_close(loop);
	return rc;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

void loop_close(struct loop *loop)
{
	if (!loop->service)
		return;
	timers_release(&loop->timers);
	close_fd(loop->mailbox.wake_fd);
	close_fd(loop->timer_fd);
	close_fd(loop->epoll_fd);
	loop->service = NULL;
}

/* Once a second: a Date has no fractions. */
static void update_date(struct loop *loop)
{
	struct timespec now;
	struct tm utc;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec == loop->date_s)
		return;
	loop->date_s = now.tv_sec;
	(void)gmtime_r(&now.tv_sec, &utc);
	(void)strftime(loop->date, sizeof(loop->date),
		"Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
}

/* Sets timer_fd to the next deadline, unless it expires earlier already. */
static int arm(struct loop *loop)
{
	uint64_t next = timers_next(&loop->timers);
	struct itimerspec at = {0};

	if (next >= loop->armed_ns)
		return 0;
	loop->armed_ns = next;
	at.it_value.tv_sec = (time_t)(next / 1000000000u);
	at.it_value.tv_nsec = (long)(next % 1000000000u);
	return timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &at, NULL)
		? -errno
		: 0;
}

static void call_later(struct loop *loop)
{
	struct list_link *link = loop->later.first;
	struct loop_source *source;

	if (!link)
		return;
	source = container_of(link, struct loop_source, link);
	list_remove(link);
	source->ready(source, 0);
	timers_expire(&loop->timers, loop->now_ns);
}

static int wait_and_handle(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	int rc = arm(loop), n;

	if (rc)
		return rc;
	n = epoll_wait(
		loop->epoll_fd, events, EVENTS_MAX, loop->later.first ? 0 : -1);
	if (n < 0 && errno != EINTR)
		return -errno;
	update_date(loop);
	for (int i = 0; i < n && !loop->rc; i++) {
		struct loop_source *source = events[i].data.ptr;

		source->ready(source, events[i].events);
		/* A long batch of events must not make a deadline late. */
		timers_expire(&loop->timers, loop->now_ns);
	}
	if (!loop->rc)
		call_later(loop);
	return loop->rc;
}

int loop_run(struct loop *loop)
{
	int rc = 0;

	sched_wake_promptly();
	while (!rc) {
		timers_expire(&loop->timers, loop_stamp(loop));
		if (loop->before_wait)
			loop->before_wait(loop);
		if (loop->done)
			return loop->rc;
		rc = wait_and_handle(loop);
	}
	return rc;
}
