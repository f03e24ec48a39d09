/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's non-blocking socket. */
#include "harness/client/session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "harness/base/clock.h"

/* Begins to connect. Returns 0 or -errno. */
static int begin_to_connect(struct fr_session *session)
{
	static const int on = 1;
	int rc = frames_begin(session);

	if (rc)
		return rc;
	session->fd = socket(session->address.socket.ss_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (session->fd < 0 ||
		setsockopt(session->fd, IPPROTO_TCP, TCP_NODELAY, &on,
			sizeof(on)) ||
		(connect(session->fd,
			 (struct sockaddr *)&session->address.socket,
			 session->address.length) &&
			errno != EINPROGRESS))
		return -errno;
	return 0;
}

int session_connect(struct fr_session *session)
{
	int rc;

	session->used = false;
	session->answers = 0;
	session->sent = session->length = 0;
	rc = begin_to_connect(session);
	if (rc) {
		session_lose(session, rc);
		return -1;
	}
	session->state = SESSION_CONNECTING;
	return 0;
}

bool session_is_connected(struct fr_session *session)
{
	struct pollfd socket = {.fd = session->fd, .events = POLLOUT};
	int error = 0;
	socklen_t length = sizeof(error);
	uint64_t now_ns;

	if (session->state == SESSION_CONNECTED)
		return true;
	if (poll(&socket, 1, 0) != 1)
		return false;
	getsockopt(session->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error) {
		session_lose(session, -error);
		return false;
	}
	now_ns = clock_ns();
	for (unsigned i = 0; i < session->count; i++)
		session->slots[i].sampler.sample.connect_ns = now_ns;
	session->state = SESSION_CONNECTED;
	return true;
}

void session_receive(struct fr_session *session)
{
	/* Once: a server that never pauses must not keep it from the time. */
	ssize_t n = recv(session->fd, session->received, SESSION_BUFFER, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		session_lose(session, n ? -errno : CURLE_GOT_NOTHING);
	else if (frames_read(
			 session, session->received, (size_t)n, clock_ns()) < 0)
		session_lose(session, CURLE_HTTP2);
}

/* It takes no more (-errno); what came before its end still counts. */
static void end_sending(struct fr_session *session, int error)
{
	ssize_t n;

	do {
		n = recv(session->fd, session->received, SESSION_BUFFER, 0);
	} while (n > 0 &&
		frames_read(session, session->received, (size_t)n,
			clock_ns()) == 0);
	session_lose(session, error);
}

void session_transmit(struct fr_session *session)
{
	for (;;) {
		ssize_t n;

		if (frames_compose(session) < 0) {
			session_lose(session, CURLE_HTTP2);
			return;
		}
		if (!session->length)
			return;
		n = send(session->fd, session->composed, session->length,
			MSG_NOSIGNAL);
		if (n >= 0) {
			session->sent = (size_t)n;
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != EINTR) {
			end_sending(session, -errno);
			return;
		}
	}
}
