/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the server answers to requests for items, and when: no sockets, no
 * protocol, no control interface.
 *
 * A request makes two calls. service_arrive decides its answer, its delay and
 * its fault, and records it in the witness; service_finish records what became
 * of the answer. Answers to other requests (service_answer, service_refuse) are
 * due at once, and are neither delayed, counted nor recorded.
 *
 * A request that finds no place free (capacity.h) waits. When it is given one,
 * it is put into the mailbox of its loop, and its delay runs from then on.
 *
 * A request that finds no token (limit.h) is answered 429 at once. It is
 * recorded, but neither delayed nor given a place.
 *
 * An epoch lies between two changes of the settings. It begins without rows and
 * with all counts at zero and a full bucket of tokens. A request of an earlier epoch keeps its delay and
 * its fault, but is no longer counted or recorded, nor does it wait for a
 * place.
 *
 * All loops of a server share one service. Its lock guards the service, the
 * mailboxes and a part of each exchange (exchange.h). Each call takes the lock
 * and releases it, unless it says otherwise.
 */
#ifndef MOCK_SERVER_SERVICE_H
#define MOCK_SERVER_SERVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "mock_server/capacity.h"
#include "mock_server/exchange.h"
#include "mock_server/http_request.h"
#include "mock_server/refusals.h"
#include "mock_server/row_log.h"
#include "mock_server/settings.h"
#include "mock_server/wire_bytes.h"

struct access_log;
struct content;

/* For /_flagrace/metrics: sums since the server was started. */
struct totals {
	/* Of item requests. */
	uint64_t requests, body_bytes, delay_ns, queue_ns;
	uint64_t faults[FAULT_KINDS];
	uint64_t connections_opened, connections_refused;
	uint64_t tls_full, tls_resumed;
};

/* Of the connections that were accepted in this epoch. */
struct epoch_connections {
	uint64_t tls_full, tls_resumed;
	uint64_t alpn_h2, alpn_http1; /* handshakes in which ALPN chose that */
	struct wire_bytes wire;       /* of those that have ended */
	uint64_t uncounted; /* which are open, or of which nothing is known */
};

struct service {
	pthread_mutex_t lock;
	struct settings settings;
	struct content *content;
	struct access_log *log;     /* NULL: none is kept */
	struct row_log witness;     /* struct witness_entry */
	struct row_log connections; /* struct connection_entry */
	uint32_t *asked; /* requests of this epoch by a hash of their path */
	uint64_t epoch;  /* from 1 */
	uint64_t started_ns;
	/* Item requests of this epoch. */
	uint64_t requests, limited, in_flight, peak_in_flight;
	/* In this epoch. */
	uint64_t connections_refused;
	struct epoch_connections accepted;
	struct capacity capacity;
	struct bucket bucket;
	struct refusals refusals;
	uint64_t connections_open;
	struct totals totals;
};

/*
 * Takes *settings over, even on failure. `content` stays the caller's
 * reference; `log` is lent. Returns 0 or -ENOMEM.
 */
int service_init(struct service *service, struct settings *settings,
	struct content *content, struct access_log *log);
void service_release(struct service *service);

/*
 * Puts new settings in force, which begins an epoch. The caller holds the lock.
 * Returns 0, and *settings is the service's; or a -errno of content_create,
 * and nothing has changed.
 */
int service_configure(struct service *service, struct settings *settings);

/*
 * A client has connected. Sets the connection's number, from 1, and its epoch.
 * Returns 0; or -ECONNREFUSED: max-connections of them are open.
 */
int service_connect(struct service *service, struct origin *origin);

/*
 * The connection ends, and its socket is closed next. wire: what it has
 * carried; NULL: that is unknown.
 */
void service_disconnect(struct service *service, const struct origin *origin,
	const struct wire_bytes *wire);

/* Counts and records a TLS handshake that is done, origin->tls. */
void service_note_handshake(
	struct service *service, const struct origin *origin);

/*
 * Answers a request for an item. Only `admitted` of *exchange is set before.
 * Returns 0, and the exchange is to be given to service_finish; or -ENOMEM, and
 * it holds nothing.
 */
int service_arrive(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin);

/*
 * Makes exchange->response, under the lock. Returns 0 or -errno. May release
 * the lock for a while.
 */
typedef int service_answerer(void *arg, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin);

/* Answers a request for something else by answerer; as service_arrive. */
int service_answer(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin,
	service_answerer *answerer, void *arg);

/*
 * Answers with `status` what could not be read as a request; `method` is the
 * request's as far as it was read, else HTTP_GET. As service_arrive.
 */
int service_refuse(struct service *service, struct exchange *exchange,
	unsigned status, enum http_method method, const struct origin *origin);

/*
 * The whole answer has been handed to the kernel (`complete`), or the rest of
 * it never will be. Releases what the exchange holds.
 */
void service_finish(
	struct service *service, struct exchange *exchange, bool complete);

/* Calls `admitted` of each exchange in the mailbox, without the lock. */
void service_deliver(struct service *service, struct mailbox *mailbox);

#endif
