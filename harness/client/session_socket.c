/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The non-blocking socket of a session. */
#include "harness/client/session.h"

#include <errno.h>

#include "harness/base/clock.h"

int session_connect(struct fr_session *session)
{
	int rc = frames_begin(session);

	session->used = session->going = false;
	session->answers = 0;
	session->sent = session->length = 0;
	if (!rc)
		rc = address_connect(&session->address);
	if (rc >= 0) {
		session->fd = rc;
		rc = session_tls_begin(&session->tls, session->fd);
	}
	if (rc < 0) {
		session_lose(session, rc);
		return -1;
	}
	session->state = SESSION_CONNECTING;
	return 0;
}

static void stamp_handshake(struct fr_session *session)
{
	uint64_t now_ns = clock_ns();

	for (unsigned i = 0; session->tls.ssl && i < session->count; i++) {
		struct fr_sample *sample = &session->slots[i].sampler.sample;

		/* Less than a microsecond is still a handshake. */
		sample->tls_us =
			(uint32_t)((now_ns - sample->connect_ns) / 1000) + 1;
	}
}

/* Goes on with the handshake of TLS, if there is one. */
static bool is_shaken(struct fr_session *session)
{
	int rc = session_tls_shake(&session->tls);

	if (rc == 1) {
		stamp_handshake(session);
		session->state = SESSION_CONNECTED;
	} else if (rc)
		session_lose(session, rc);
	return rc == 1;
}

bool session_is_connected(struct fr_session *session)
{
	struct pollfd socket = {.fd = session->fd, .events = POLLOUT};
	int error = 0;
	socklen_t length = sizeof(error);
	uint64_t now_ns;

	if (session->state == SESSION_CONNECTED)
		return true;
	if (session->state == SESSION_SHAKING)
		return is_shaken(session);
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
	session->state = SESSION_SHAKING;
	return is_shaken(session);
}

void session_receive(struct fr_session *session)
{
	/* Once, so that a server that never pauses cannot stop timeouts. */
	ssize_t n = session_tls_receive(
		&session->tls, session->fd, session->received, SESSION_BUFFER);

	if (n == -EAGAIN || n == -EINTR)
		return;
	if (n <= 0)
		session_lose(session, n ? (int)n : CURLE_GOT_NOTHING);
	else if (frames_read(
			 session, session->received, (size_t)n, clock_ns()) < 0)
		session_lose(session, CURLE_HTTP2);
}

/* Sending failed with -errno; answers that have arrived still count. */
static void end_sending(struct fr_session *session, int error)
{
	ssize_t n;

	do {
		n = session_tls_receive(&session->tls, session->fd,
			session->received, SESSION_BUFFER);
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
		n = session_tls_send(&session->tls, session->fd,
			session->composed, session->length);
		if (n >= 0) {
			session->sent = (size_t)n;
		} else if (n == -EAGAIN) {
			return;
		} else if (n != -EINTR) {
			end_sending(session, (int)n);
			return;
		}
	}
}
