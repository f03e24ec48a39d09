/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's own interface: everything under /_flagrace/.
 *
 * It answers 403 to a request that guard.h refuses: one from a page in a
 * browser or, if the server was started with a token (mock_server.h; `flagrace
 * serve --token-file` reads it from a file or standard input), one without the
 * token in the field Flagrace-Token. Reading is guarded as changing is, because
 * a trial must learn neither the nonce of the bodies nor what the witness has
 * recorded of it. It answers 503 while CONTROL_BYTES_MAX of its answers have
 * not been read by their clients.
 *
 * GET config       the settings in force, as a form (settings.h)
 * PUT config       sets the keys of a form, all or none, which begins an epoch;
 *                  answers as GET does. 400 with one line if a key or a value
 *                  is wrong, or names a trace that the server was not started
 *                  with: without --allow-traces, a client must not learn which
 *                  files there are
 * GET witness?trial=T
 *                  CSV of that trial's rows (witness.h); without trial=, of
 *                  the requests that named no item; with witness?all, of all
 *                  requests of the epoch. X-Flagrace-Dropped says for how many
 *                  rows of the epoch there was no room, X-Flagrace-Refused how
 *                  many connections it refused, X-Flagrace-Tls-Full and
 *                  X-Flagrace-Tls-Resumed how many handshakes of TLS ended
 *                  well. 409 if the epoch ends while
 *                  the answer is made
 * GET connections  CSV of the connections that were accepted in the epoch
 *                  (connection_entry.h), with the same fields and 409
 * GET stats        JSON. Of this epoch: epoch, requests, in_flight and
 *                  peak_in_flight of items, connections_refused, tls_full,
 *                  tls_resumed, witness_rows, witness_dropped. Of the server: connections_open,
 *                  connections_opened, uptime_ns, cpu_ns (of the process),
 *                  tls: whether it speaks TLS, too
 * GET metrics      the same, and sums since the server was started, in the
 *                  text format of Prometheus
 * GET ca.pem       the certificate of the authority that was made for this
 *                  server; 404 if there is none
 *
 * X-Flagrace-Epoch, in answers to config and witness, names the epoch that the
 * answer is about. If it differs from the one in the answer to a client's own
 * PUT, another client has changed the settings since.
 */
#ifndef MOCK_SERVER_CONTROL_H
#define MOCK_SERVER_CONTROL_H

#include <stdbool.h>

#include "mock_server/guard.h"
#include "mock_server/http_request.h"
#include "mock_server/latency.h"
#include "mock_server/service.h"

/* Answers that wait to be read; the last one may exceed it. */
enum { CONTROL_BYTES_MAX = 64 << 20 };

struct tls;

struct control {
	struct service *service;
	/* Not changed once the loops run. */
	struct guard guard;
	bool traces;           /* settings may name any trace */
	const struct tls *tls; /* NULL: the server speaks plain HTTP only */
	struct latency first; /* the latency that the server was started with */
	/* Guarded by the service's lock. */
	uint64_t bytes; /* of answers that are being made or sent */
};

/* Guards nothing and takes no new traces. The service must outlive it. */
void control_init(struct control *control, struct service *service);
/* A zeroed one is accepted. */
void control_release(struct control *control);

/* Whether the path is one of the control interface. */
bool control_owns(struct http_span path);

/* Performs the request; as service_answer. */
int control_arrive(struct control *control, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin);

#endif
