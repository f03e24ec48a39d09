/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The internals of sessions: session.c manages the items, session_before.c the
 * connections that end, session_frames.c the frames by nghttp2,
 * session_socket.c the socket.
 */
#ifndef HARNESS_CLIENT_SESSION_H
#define HARNESS_CLIENT_SESSION_H

#include <nghttp2/nghttp2.h>

#include <flagrace/session.h>

#include "harness/client/sampler.h"
#include "harness/client/session_tls.h"
#include "harness/client/wire.h"

enum { SESSION_BUFFER = 1 << 16 };

enum session_state {
	SESSION_OVER,       /* no connection */
	SESSION_CONNECTING, /* the socket is not connected yet */
	SESSION_SHAKING,    /* the handshake of TLS is going on */
	SESSION_CONNECTED,  /* the socket is connected */
};

/* One worker, which has at most one item in hand. */
struct session_slot {
	struct sampler sampler; /* of the item, while busy */
	bool busy;
	int32_t stream; /* of the item; 0: not requested yet */
	bool sent;      /* the request was sent on that stream */
	/*
	 * The server refused the stream without processing it, after
	 * `refused_at` answers. It is requested again after one more answer,
	 * which makes room at the server.
	 */
	bool refused;
	unsigned refused_at;
	unsigned status;        /* of HTTP; 0: no answer has started */
	size_t head_length;     /* of the fields so far */
	uint32_t retry_after_s; /* as in struct answer */
};

struct fr_session {
	/*
	 * The connection before this one: the server has said GOAWAY there, and
	 * still answers. It has no `before`, takes no items, and of two slots
	 * with the same number one is busy at most. NULL: there is none.
	 */
	struct fr_session *before;
	int epoll; /* waits for both; -1: not needed yet */
	const struct fr_job *job;
	struct fr_session_items *items;
	enum session_state state;
	int fd;
	struct session_tls tls;
	bool used;        /* a request was made on this connection */
	bool going;       /* the server has said GOAWAY on this connection */
	unsigned answers; /* on this connection */
	uint64_t now_ns;  /* when the current bytes were received */
	nghttp2_session *http2;
	struct address address;
	size_t origin; /* length of every URL up to its path */
	char received[SESSION_BUFFER];
	char composed[SESSION_BUFFER]; /* frames to be sent */
	size_t sent, length;
	unsigned in_hand, count;
	struct session_slot slots[]; /* count */
};

/* Tells whether a stream may be requested for the item of the slot. */
static inline bool session_may_request(
	const struct fr_session *session, const struct session_slot *slot)
{
	return slot->busy && !slot->stream &&
		(!slot->refused || session->answers > slot->refused_at);
}

/*
 * Notes that the server did not process the item (RFC 9113, 8.7), which fails
 * if it was sent too often.
 */
void session_refused(struct fr_session *session, struct session_slot *slot);

/* Puts items that are due into free slots. */
void session_take(struct fr_session *session);

/*
 * Ends the item of the slot. Here and below, error is as in struct fr_sample.
 */
void session_end(
	struct fr_session *session, struct session_slot *slot, int error);

/* Closes the connection. Unfinished items will be sent on the next one. */
void session_leave(struct fr_session *session);

/* The same for a lost connection: ends items that must not be sent again. */
void session_lose(struct fr_session *session, int error);

/* Gives up items that are overdue. */
void session_give_up_overdue(struct fr_session *session);

/*
 * Tells whether the connection has no stream left and allows, or should get, no
 * new one. The caller treats it as lost, so that items whose server never
 * answers are not sent on one connection after another.
 */
bool session_is_used_up(const struct fr_session *session);

/* As fr_session_waits, of one connection and its items in flight. */
uint64_t session_waits(const struct fr_session *session, struct pollfd *what);

/*
 * Makes the connection the one before, if the server has said GOAWAY and still
 * has to answer: further items need not wait for that.
 */
void session_part(struct fr_session *session);

/* Serves the connection before, if there is one, and takes its other items. */
void session_serve_before(struct fr_session *session);

/*
 * Waits for both connections: makes *what of that of this one. Returns the
 * nanoseconds of the earlier one.
 */
uint64_t session_waits_for_both(
	const struct fr_session *session, struct pollfd *what);

/*
 * Gives the streams of a connection to the session and its slots that it now
 * belongs to.
 */
void frames_move(struct fr_session *to);

/*
 * Starts HTTP/2 on a new connection. Returns 0 or -ENOMEM; frames_end is needed
 * in both cases.
 */
int frames_begin(struct fr_session *session);
void frames_end(struct fr_session *session);

/* Tells whether the server accepts more requests on this connection. */
bool frames_may_request(const struct fr_session *session);

/* Makes the requests of all items that may be requested. */
void frames_request(struct fr_session *session);

/* Cancels the stream of an item; the rest of its answer is ignored. */
void frames_cancel(struct fr_session *session, const struct session_slot *slot);

/*
 * Reads bytes received at now_ns, and ends items. Returns 0, or -1 if they are
 * not HTTP/2 or memory is short; nothing more may be read then.
 */
int frames_read(struct fr_session *session, const char *bytes, size_t length,
	uint64_t now_ns);

/* Tells whether HTTP/2 has ended on this connection. */
bool frames_over(const struct fr_session *session);

/* Puts frames into `composed` while there is room. Returns 0 or -1. */
int frames_compose(struct fr_session *session);

/* Starts the next connection. Returns 0, or -1: it is lost. */
int session_connect(struct fr_session *session);

/*
 * Tells whether requests can be sent: the socket is connected, which stamps the
 * waiting items, and the handshake of TLS done.
 */
bool session_is_connected(struct fr_session *session);

/* Receives at most one buffer and reads it. */
void session_receive(struct fr_session *session);

/* Sends until the socket would block. */
void session_transmit(struct fr_session *session);

#endif
