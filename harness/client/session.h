/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of sessions: session.c has the items and when what is done,
 * session_frames.c what nghttp2 makes and reads, session_socket.c the socket.
 */
#ifndef HARNESS_CLIENT_SESSION_H
#define HARNESS_CLIENT_SESSION_H

#include <nghttp2/nghttp2.h>

#include <flagrace/session.h>

#include "harness/client/sampler.h"
#include "harness/client/wire.h"

enum { SESSION_BUFFER = 1 << 16 };

enum session_state {
	SESSION_OVER,       /* no connection */
	SESSION_CONNECTING, /* a socket that is not connected yet */
	SESSION_CONNECTED,  /* it is */
};

/* A worker: an item in hand, or none. */
struct slot {
	struct sampler sampler; /* of the item, while busy */
	bool busy;
	int32_t stream; /* 0: it is to be sent yet */
	bool sent;      /* on that stream */
	/*
	 * The server has refused it unprocessed, when it had given so many
	 * answers. So it will again, unless one more has made room.
	 */
	bool refused;
	unsigned refused_at;
	unsigned status;    /* 0: no answer has started */
	size_t head_length; /* of its fields, as many as came */
};

struct fr_session {
	const struct fr_job *job;
	size_t *next;
	enum session_state state;
	int fd;
	bool used;        /* this connection has had a request */
	unsigned answers; /* and has given so many answers */
	uint64_t now_ns;  /* when the bytes in hand were received */
	nghttp2_session *http2;
	struct address address;
	size_t origin; /* length of every URL up to its path */
	char received[SESSION_BUFFER];
	char composed[SESSION_BUFFER]; /* frames */
	size_t sent, length;
	unsigned in_hand, count;
	struct slot slots[]; /* count */
};

/* Whether the slot has an item for which a stream may be asked. */
static inline bool session_may_request(
	const struct fr_session *session, const struct slot *slot)
{
	return slot->busy && !slot->stream &&
		(!slot->refused || session->answers > slot->refused_at);
}

/* The server has not processed the item (RFC 9113, 8.7): sent again later. */
void session_refused(struct fr_session *session, struct slot *slot);

/* Takes items whose time has come for the slots that are free. */
void session_take(struct fr_session *session);

/*
 * Ends the item in hand with what its answer came to. Here as below, error is
 * as in struct fr_sample.
 */
void session_end(struct fr_session *session, struct slot *slot, int error);

/* The connection is over; what is still in hand will be sent on the next. */
void session_leave(struct fr_session *session);

/* The same when it was lost: ends what must not be sent again. */
void session_lose(struct fr_session *session, int error);

/*
 * Frames, of a connection that is being made. Returns 0 or -ENOMEM; either way
 * frames_end frees what there is.
 */
int frames_begin(struct fr_session *session);
void frames_end(struct fr_session *session);

/* Whether the server wants more requests on this connection. */
bool frames_may_request(const struct fr_session *session);

/* Makes the requests of what is in hand and has not been requested. */
void frames_request(struct fr_session *session);

/* A requested item is given up: the rest of its answer is nobody's. */
void frames_cancel(struct fr_session *session, const struct slot *slot);

/*
 * Reads what was received at now_ns, ending items. Returns 0, or -1: this is
 * no HTTP/2, or memory is short, and nothing more may be read.
 */
int frames_read(struct fr_session *session, const char *bytes, size_t length,
	uint64_t now_ns);

/* Whether nothing more can come of this connection, by what was read. */
bool frames_over(const struct fr_session *session);

/* Gathers in `composed` what is to be sent, while there is room. 0 or -1. */
int frames_compose(struct fr_session *session);

/* Makes a socket for the next connection. Returns 0, or -1: it is lost. */
int session_connect(struct fr_session *session);

/* Whether the socket has become a connection; stamps what waited for it. */
bool session_is_connected(struct fr_session *session);

/* Receives and reads what there is, or a buffer full of it. */
void session_receive(struct fr_session *session);

/* Sends until there is no room for now. */
void session_transmit(struct fr_session *session);

#endif
