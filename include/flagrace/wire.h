/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain HTTP/1.1 connections for strategies that do without libcurl.
 *
 * A wire is one connection after another to the job's server, with up to its
 * share of job->concurrency items in hand. It composes their requests, reads
 * their answers, and records them with the same stamps, body check and
 * classification as the client of client.h. When to send and when to receive
 * is the strategy's: it either moves the bytes itself (first part), or has the
 * wire keep a non-blocking socket and only waits for it (second part).
 *
 * Items are taken in order by whichever wire is filled. A connection is used
 * again unless the server, or fr_http.fresh_connections, has it otherwise. If
 * it ends before the first line of an answer, items it left unanswered are
 * sent again on the next one, their attempts counted (RFC 9112, 9.3.1 and
 * 9.3.2); one that has answered nothing at all fails the item it was to answer
 * first. A body may come in chunks, and without a length it ends with its
 * connection, which sends the items behind it again. An answer that can be
 * read in two ways fails its item, as it does in the client of client.h.
 *
 * All wires of a job are used by one thread.
 */
#ifndef FLAGRACE_WIRE_H
#define FLAGRACE_WIRE_H

#include <sys/socket.h>
#include <time.h>

#include <flagrace/client.h>

struct fr_wire;
struct fr_wires;

/*
 * Opens count wires (1..job->concurrency), which share out job->concurrency
 * evenly; nothing is connected yet. job must outlive them. Returns 0, -ENOMEM,
 * or -EINVAL unless all URLs are http://ADDRESS[:PORT]/... of one server, whose
 * address is IPv4 or [IPv6] in numbers.
 */
FR_API int fr_wires_open(
	struct fr_wires **out, const struct fr_job *job, unsigned count);

/* Closes them and their sockets; NULL is accepted. */
FR_API void fr_wires_close(struct fr_wires *wires);

/* A wire by its number, 0..count-1, and the number of a wire. */
FR_API struct fr_wire *fr_wires_at(struct fr_wires *wires, unsigned index);
FR_API unsigned fr_wire_index(const struct fr_wire *wire);

/* Whether an item is in hand or still to be taken. */
FR_API bool fr_wires_busy(const struct fr_wires *wires);

/*
 * Time until the oldest item in hand is overdue (fr_http.timeout_ms) or, with
 * room for it, the next one may be started; 0: it is so. To be asked while
 * fr_wires_busy.
 */
FR_API struct timespec fr_wires_due_in(struct fr_wires *wires);

/*
 * Gives up the overdue items of one wire, which ends its connection. Returns
 * that wire, or NULL when nothing is overdue.
 */
FR_API struct fr_wire *fr_wires_overdue(struct fr_wires *wires);

/*
 * Takes the next items whose time has come, as many as there is room for, and
 * stamps their start. Returns whether the wire has any in hand now.
 */
FR_API bool fr_wire_fill(struct fr_wire *wire);

/*
 * A wire with room, when the next item's time has come, and NULL when it has
 * not. To be filled, and given a connection unless it has one. The one that has
 * waited longest comes first, so items are spread over all.
 */
FR_API struct fr_wire *fr_wires_ready(struct fr_wires *wires);

/* First part: the strategy moves the bytes. */

/* The server's address, to connect to. */
FR_API const struct sockaddr *fr_wires_address(
	const struct fr_wires *wires, socklen_t *length);

/* A connection is made: stamps the items in hand. Once for each connection. */
FR_API void fr_wire_connected(struct fr_wire *wire);

/*
 * The *length bytes that are composed and not yet sent; the wire's, and left
 * alone until the next call of fr_wire_sent, fr_wire_fill or fr_wire_lost.
 */
FR_API const char *fr_wire_request(const struct fr_wire *wire, size_t *length);

/* Of those, the first `length` were sent. */
FR_API void fr_wire_sent(struct fr_wire *wire, size_t length);

/*
 * Takes what was received, of any length and cut anywhere, and ends the items
 * that are answered by it. Returns true, or false when the connection is over:
 * the strategy closes it, and connects anew if fr_wire_fill has anything.
 */
FR_API bool fr_wire_received(
	struct fr_wire *wire, const char *bytes, size_t length);

/*
 * The connection was closed by the server (error 0) or failed (-errno), made
 * or not. As after fr_wire_received's false; harmless if that has been.
 */
FR_API void fr_wire_lost(struct fr_wire *wire, int error);

/* Second part: the wire keeps a socket. */

/*
 * Connects, once fr_wire_fill has returned true. Returns a non-blocking socket
 * to wait for: fr_wire_serve when it is readable, writable or in error. -errno
 * when there is none; an item has failed by that.
 */
FR_API int fr_wire_connect(struct fr_wire *wire);

/*
 * Receives what is there, fills the wire, and sends, without waiting; buffer
 * holds `size` bytes for as long as the call. ended: the socket is known to
 * have been shut by the server, and is read to its end. Returns true, or false
 * when there is no socket, or none any more: go on with fr_wire_fill and
 * fr_wire_connect.
 */
FR_API bool fr_wire_serve(
	struct fr_wire *wire, char *buffer, size_t size, bool ended);

#endif
