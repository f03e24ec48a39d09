/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain HTTP/1.1 connections for strategies that do without libcurl.
 *
 * A wire is one connection after another to the job's server, with up to its
 * share of job->concurrency items in flight. It composes their requests, reads
 * their answers, and records them with the same stamps, body check and
 * classification as the client of client.h. The strategy decides when to send
 * and when to receive. Either it moves the bytes itself (first part), or the
 * wire keeps a non-blocking socket and the strategy only waits for that (second
 * part).
 *
 * Items are taken in order by the wire that is filled next. A connection is
 * used again unless the server or fr_http.fresh_connections forbids it.
 *
 * If a connection ends before the first line of an answer, the items that it
 * left unanswered are sent again on the next connection, and their attempts
 * counted (RFC 9112, 9.3.1 and 9.3.2). But if the connection has answered
 * nothing at all, its first item fails.
 *
 * A body may come in chunks. A body without a length ends with its connection;
 * the items behind it are then sent again. An answer that can be read in two
 * ways fails its item, as it does in the client of client.h.
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
 * Opens count wires (1..job->concurrency), which divide job->concurrency
 * evenly; nothing is connected yet. job must outlive them. Returns 0, -ENOMEM,
 * or -EINVAL unless all URLs are http://ADDRESS[:PORT]/... of one server, whose
 * address is IPv4 or [IPv6] in numbers.
 */
FR_API int fr_wires_open(
	struct fr_wires **out, const struct fr_job *job, unsigned count);

/* Closes them and their sockets; NULL is accepted. */
FR_API void fr_wires_close(struct fr_wires *wires);

/* The wire of a number, 0..count-1, and the number of a wire. */
FR_API struct fr_wire *fr_wires_at(struct fr_wires *wires, unsigned index);
FR_API unsigned fr_wire_index(const struct fr_wire *wire);

/* Whether an item is in flight or still to be taken. */
FR_API bool fr_wires_busy(const struct fr_wires *wires);

/*
 * Returns the time until the oldest item in flight is overdue
 * (fr_http.timeout_ms) or, if there is a place, the next one may be started;
 * 0: now. To be called while fr_wires_busy.
 */
FR_API struct timespec fr_wires_due_in(struct fr_wires *wires);

/*
 * Gives up the overdue items of one wire, which ends its connection. Returns
 * that wire, or NULL if nothing is overdue.
 */
FR_API struct fr_wire *fr_wires_overdue(struct fr_wires *wires);

/*
 * Takes the next items whose time has come, as many as the wire has places for,
 * and stamps their start. Returns whether the wire has any items now.
 */
FR_API bool fr_wire_fill(struct fr_wire *wire);

/*
 * Returns a wire with a free place if the next item's time has come, else NULL.
 * The wire is to be filled, and to be connected unless it is. The wire that has
 * waited longest comes first, so items are spread over all wires.
 */
FR_API struct fr_wire *fr_wires_ready(struct fr_wires *wires);

/*
 * Takes the next item that has ended with FR_OK and whose work the strategy is
 * to do, by fr_work. Returns false if there is none. Items come in the order in
 * which they ended. Only for strategies with FR_WORK_APART; without job->work
 * always false.
 */
FR_API bool fr_wires_answered(struct fr_wires *wires, size_t *item);

/* First part: the strategy moves the bytes. */

/* The server's address, to connect to. */
FR_API const struct sockaddr *fr_wires_address(
	const struct fr_wires *wires, socklen_t *length);

/* A connection is made: stamps the wire's items. Once for each connection. */
FR_API void fr_wire_connected(struct fr_wire *wire);

/*
 * Returns the *length bytes that are composed and not yet sent. They belong to
 * the wire, and do not change until the next call of fr_wire_sent, fr_wire_fill
 * or fr_wire_lost.
 */
FR_API const char *fr_wire_request(const struct fr_wire *wire, size_t *length);

/* Of those, the first `length` were sent. */
FR_API void fr_wire_sent(struct fr_wire *wire, size_t length);

/*
 * Takes the bytes that were received, of any length and cut anywhere, and ends
 * the items that they answer. Returns true, or false if the connection is over:
 * the strategy then closes it, and connects again if fr_wire_fill returns true.
 */
FR_API bool fr_wire_received(
	struct fr_wire *wire, const char *bytes, size_t length);

/*
 * The server has closed the connection (error 0), or it failed (-errno), also
 * while it was being made. Go on as if fr_wire_received had returned false;
 * harmless if it has.
 */
FR_API void fr_wire_lost(struct fr_wire *wire, int error);

/* Second part: the wire keeps a socket. */

/*
 * Connects; to be called once fr_wire_fill has returned true. Returns a
 * non-blocking socket, for which fr_wire_serve is to be called when it is
 * readable, writable or in error; or -errno, and an item has failed.
 */
FR_API int fr_wire_connect(struct fr_wire *wire);

/*
 * Receives what is there, fills the wire, and sends, without waiting. buffer
 * has `size` bytes and is used during the call. ended: the server is known to
 * have shut the socket, which is then read to its end. Returns true, or false
 * if there is no socket any more: go on with fr_wire_fill and fr_wire_connect.
 */
FR_API bool fr_wire_serve(
	struct fr_wire *wire, char *buffer, size_t size, bool ended);

#endif
