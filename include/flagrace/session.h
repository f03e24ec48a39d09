/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/2 connections (RFC 9113; over TLS for https URLs, else with prior
 * knowledge) for strategies that do without libcurl.
 *
 * A session is one connection after another to the job's server. It has at most
 * as many items in flight as it has slots, each on a stream of its own. It
 * records them with the same stamps, body check and classification as the
 * client of client.h. It does everything but wait: the strategy does that.
 *
 * Items are taken in order by the session that is served next, those that are
 * to be tried again before new ones. If a connection
 * ends, the items whose answer has not begun are sent again on the next
 * connection, and their attempts counted. But if the connection has answered
 * nothing at all, they fail. Streams that the server has not processed
 * (REFUSED_STREAM, or beyond the last one of a GOAWAY) are sent again, too,
 * after the server's next answer or on the next connection (RFC 9113, 6.8 and
 * 8.7), up to 127 times. After a GOAWAY the next connection is made at once, and
 * the answers that are still to come are read on the former one. They fail if
 * that connection ends without them. With fr_http.fresh_connections a connection
 * serves one item, so a session should have one slot.
 *
 * All sessions of a job are used by one thread.
 */
#ifndef FLAGRACE_SESSION_H
#define FLAGRACE_SESSION_H

#include <poll.h>

#include <flagrace/client.h>

/* The streams that any server should allow (RFC 9113, 6.5.2). */
#define FR_SESSION_SLOTS_MAX 100u

struct fr_session;

/* The items that the sessions of a job share. */
struct fr_session_items {
	size_t next;                /* the first item that is not taken yet */
	struct fr_retries *retries; /* by fr_retries_open */
};

/*
 * Opens a session of 1..FR_SESSION_SLOTS_MAX slots, which are the workers from
 * `first` on; nothing is connected yet. job and items must outlive the session.
 * Returns 0, -ENOMEM, or -EINVAL: the authorities of fr_http are no
 * certificates, or not all URLs are
 * http://ADDRESS[:PORT]/..., or the same with https, of one server, whose
 * address is IPv4 or [IPv6] in numbers.
 */
FR_API int fr_session_open(struct fr_session **out, const struct fr_job *job,
	struct fr_session_items *items, unsigned first, unsigned slots);

/* Closes it and its socket; NULL is accepted. */
FR_API void fr_session_close(struct fr_session *session);

/*
 * Gives up overdue items (fr_http.timeout_ms), receives, takes items whose time
 * has come, connects if necessary, and sends, without waiting. Returns whether
 * items of this session are in flight, or items are still to be taken.
 */
FR_API bool fr_session_serve(struct fr_session *session);

/*
 * Fills in *what: what to wait for before the session is served again. Returns
 * the nanoseconds until an item in flight is overdue or, if there is a free
 * slot, the next item's time comes.
 */
FR_API uint64_t fr_session_waits(
	const struct fr_session *session, struct pollfd *what);

#endif
