/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The internals of sessions: session.c manages the items, session_frames.c the
 * frames by nghttp2, session_socket.c the socket.
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
