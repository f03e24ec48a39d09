/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server with delays that does as little as possible: edge-triggered epoll, one
 * timerfd, 1 ns of timer slack, a fixed answer. It shows which part of a delay is
 * the machine's. Whatever comes in one piece counts as a request, and a connection
 * has one request at a time. Nothing is parsed and nothing recorded.
 *
 *   floor PORT DELAY_MS
 *
 * Prints "listening on http://127.0.0.1:PORT" once it listens. PORT 0: any port.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_MAX = 64, BODY = 2048, WAITING_MAX = 32768 };

struct waiting {
	uint64_t due_ns;
	int fd;
};

struct floor {
	int epoll_fd, timer_fd, listen_fd;
	uint64_t delay_ns, armed_ns;
	/* One delay for all: who comes first is due first. A ring. */
	struct waiting waiting[WAITING_MAX];
	size_t first, end;
	char answer[BODY + 256];
	size_t answer_length;
};

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void watch(struct floor *floor, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	if (epoll_ctl(floor->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		give_up("epoll_ctl");
}

static void listen_at(struct floor *floor, uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(address);
	const int on = 1;

	floor->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	(void)setsockopt(
		floor->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)setsockopt(floor->listen_fd, IPPROTO_TCP, TCP_CONGESTION, "reno",
		strlen("reno"));
	if (bind(floor->listen_fd, (const struct sockaddr *)&address, size) ||
		listen(floor->listen_fd, 4096) ||
		getsockname(
			floor->listen_fd, (struct sockaddr *)&address, &size))
		give_up("listen");
	watch(floor, floor->listen_fd, EPOLLIN);
	printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
	(void)fflush(stdout);
}

static void accept_all(struct floor *floor)
{
	const int on = 1;
	int fd;

	while ((fd = accept4(floor->listen_fd, NULL, NULL, SOCK_NONBLOCK)) >=
		0) {
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		watch(floor, fd, EPOLLIN | EPOLLET);
	}
}

static void take(struct floor *floor, int fd)
{
	char bytes[4096];
	ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

	if (n > 0)
		floor->waiting[floor->end++ % WAITING_MAX] =
			(struct waiting){now_ns() + floor->delay_ns, fd};
	else if (!n)
		(void)close(fd);
}

/* Sends the answers that are due, then sets the timer to the next one. */
static void answer(struct floor *floor)
{
	struct itimerspec at = {0};
	uint64_t due_ns;

	for (; floor->first != floor->end; floor->first++) {
		const struct waiting *next =
			&floor->waiting[floor->first % WAITING_MAX];

		if (next->due_ns > now_ns())
			break;
		(void)send(next->fd, floor->answer, floor->answer_length,
			MSG_NOSIGNAL);
	}
	if (floor->first == floor->end)
		return;
	due_ns = floor->waiting[floor->first % WAITING_MAX].due_ns;
	if (due_ns == floor->armed_ns)
		return;
	floor->armed_ns = due_ns;
	at.it_value.tv_sec = (time_t)(due_ns / 1000000000u);
	at.it_value.tv_nsec = (long)(due_ns % 1000000000u);
	(void)timerfd_settime(floor->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

int main(int argc, char **argv)
{
	static struct floor floor;
	struct epoll_event events[EVENTS_MAX];

	if (argc != 3)
		return 2;
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	floor.delay_ns = strtoull(argv[2], NULL, 10) * 1000000u;
	floor.answer_length = (size_t)sprintf(floor.answer,
		"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: %d\r\n\r\n%0*d",
		BODY, BODY, 0);
	floor.epoll_fd = epoll_create1(0);
	floor.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	watch(&floor, floor.timer_fd, EPOLLIN | EPOLLET);
	listen_at(&floor, (uint16_t)atoi(argv[1]));
	for (;;) {
		int n = epoll_wait(floor.epoll_fd, events, EVENTS_MAX, -1);

		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd == floor.listen_fd)
				accept_all(&floor);
			else if (fd != floor.timer_fd)
				take(&floor, fd);
			answer(&floor);
		}
	}
}
