/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/forward.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PAIRS_MAX = 1000, BUFFER = 1 << 16, HOST_MAX = 255, TRY_S = 10 };

/* One direction of a connection: bytes[start..end) are to be written. */
struct flow {
	size_t start, end;
	bool ended; /* there is nothing more to read */
	bool shut;  /* ... and the other side has been told */
	char bytes[BUFFER];
};

/* A client's connection, and ours to the target. */
struct pair {
	int fds[2];
	struct flow flows[2]; /* from fds[i] to fds[!i] */
};

struct forward {
	const struct address *target;
	size_t count;
	struct pair *pairs[PAIRS_MAX];
	struct pollfd polled[1 + 2 * PAIRS_MAX]; /* the listener's is first */
};

/* Whether the server accepts connections: 0 or -errno. */
static int try_once(const struct addrinfo *found)
{
	const struct timeval limit = {.tv_sec = TRY_S};
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = 0;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, found->ai_addr, found->ai_addrlen))
		rc = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
	(void)close(fd);
	return rc;
}

/* Takes the first address at which the server accepts connections. */
static int choose(struct address *target, const struct addrinfo *found)
{
	int rc = -ECONNREFUSED;

	for (; found; found = found->ai_next) {
		rc = try_once(found);
		if (rc)
			continue;
		memset(target, 0, sizeof(*target));
		memcpy(&target->socket, found->ai_addr, found->ai_addrlen);
		target->length = found->ai_addrlen;
		return 0;
	}
	return rc;
}

int forward_find(struct address *target, const char *text, const char *where,
	struct fr_error *err)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const char *colon = strrchr(text, ':'), *start = text;
	size_t length = colon ? (size_t)(colon - text) : 0;
	struct addrinfo *found;
	char host[HOST_MAX + 1];
	int rc;

	if (length > 2 && *text == '[' && colon[-1] == ']') {
		start++;
		length -= 2;
	}
	if (!length || length > HOST_MAX || !colon[1])
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': must be HOST:PORT, such as 127.0.0.1:8001",
			where, text);
	memcpy(host, start, length);
	host[length] = '\0';
	rc = getaddrinfo(host, colon + 1, &hints, &found);
	if (rc)
		return fr_error_set(err, EXIT_USAGE, "%s '%.60s': %s", where,
			text, gai_strerror(rc));
	rc = choose(target, found);
	freeaddrinfo(found);
	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"%s '%.60s': %s; is the server running?", where, text,
			strerror(-rc));
	return 0;
}

uint16_t forward_port(const struct address *target)
{
	const void *address = &target->socket;

	/* At the same place in both families. */
	return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

/* With `reset` the other sides see that the connection broke. */
static void close_pair(struct pair *pair, bool reset)
{
	const struct linger at_once = {.l_onoff = 1};

	for (int i = 0; i < 2; i++) {
		if (reset)
			(void)setsockopt(pair->fds[i], SOL_SOCKET, SO_LINGER,
				&at_once, sizeof(at_once));
		(void)close(pair->fds[i]);
	}
	free(pair);
}

static bool is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

/* Returns 0, also if the client is refused, or -errno of the listener. */
static int welcome(struct forward *forward, int listener)
{
	int client =
		accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct pair *pair;
	const int on = 1;

	if (client < 0)
		return is_passing(errno) ? 0 : -errno;
	pair = calloc(1, sizeof(*pair));
	if (!pair) {
		(void)close(client);
		return 0;
	}
	pair->fds[0] = client;
	pair->fds[1] = address_connect(forward->target);
	if (pair->fds[1] < 0) {
		close_pair(pair, true);
		return 0;
	}
	for (int i = 0; i < 2; i++)
		(void)setsockopt(pair->fds[i], IPPROTO_TCP, TCP_NODELAY, &on,
			sizeof(on));
	forward->pairs[forward->count++] = pair;
	return 0;
}

/* Reads if there is something, writes what it can. False: it is broken. */
static bool move(struct flow *flow, int from, int to, bool readable)
{
	ssize_t n = 0;

	if (readable && flow->start == flow->end && !flow->ended) {
		n = read(from, flow->bytes, BUFFER);
		flow->start = 0;
		flow->end = n > 0 ? (size_t)n : 0;
		flow->ended = n == 0;
		if (n < 0 && !is_passing(errno))
			return false;
	}
	if (flow->start < flow->end) {
		n = send(to, flow->bytes + flow->start, flow->end - flow->start,
			MSG_NOSIGNAL);
		if (n < 0 && !is_passing(errno))
			return false;
		flow->start += n > 0 ? (size_t)n : 0;
	}
	if (flow->ended && flow->start == flow->end && !flow->shut) {
		(void)shutdown(to, SHUT_WR);
		flow->shut = true;
	}
	return true;
}

/* False: the pair has ended, and is freed. */
static bool move_pair(struct pair *pair, const struct pollfd *polled)
{
	bool whole = true;

	for (int i = 0; i < 2 && whole; i++)
		whole = move(&pair->flows[i], pair->fds[i], pair->fds[!i],
			polled[i].revents & (POLLIN | POLLHUP | POLLERR));
	if (whole && !(pair->flows[0].shut && pair->flows[1].shut))
		return true;
	close_pair(pair, !whole);
	return false;
}

/* What to wait for at fds[side]. */
static short awaited(const struct pair *pair, int side)
{
	const struct flow *in = &pair->flows[side], *out = &pair->flows[!side];
	bool reads = in->start == in->end && !in->ended;
	bool writes = out->start < out->end;

	return (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

static void fill_polled(struct forward *forward)
{
	forward->polled[0].events = forward->count < PAIRS_MAX ? POLLIN : 0;
	for (size_t i = 0; i < forward->count; i++)
		for (int side = 0; side < 2; side++) {
			const struct pair *pair = forward->pairs[i];
			short events = awaited(pair, side);

			/* A negative one is not polled: nothing is awaited. */
			forward->polled[1 + 2 * i + (size_t)side] =
				(struct pollfd){
					.fd = events ? pair->fds[side] : -1,
					.events = events};
		}
}

static void move_all(struct forward *forward)
{
	size_t kept = 0;

	for (size_t i = 0; i < forward->count; i++)
		if (move_pair(forward->pairs[i], &forward->polled[1 + 2 * i]))
			forward->pairs[kept++] = forward->pairs[i];
	forward->count = kept;
}

int forward_run(int listener, const struct address *target)
{
	struct forward *forward = calloc(1, sizeof(*forward));
	int rc = 0;

	if (!forward)
		return -ENOMEM;
	forward->target = target;
	forward->polled[0].fd = listener;
	while (!rc) {
		bool waiting;

		fill_polled(forward);
		if (poll(forward->polled, 1 + 2 * forward->count, -1) < 0) {
			rc = errno == EINTR ? 0 : -errno;
			continue;
		}
		waiting = forward->polled[0].revents;
		move_all(forward);
		if (waiting)
			rc = welcome(forward, listener);
	}
	for (size_t i = 0; i < forward->count; i++)
		close_pair(forward->pairs[i], true);
	free(forward);
	return rc;
}
