/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the server answers, and when: everything but sockets and protocol.
 *
 * A request goes through two calls: service_arrive decides its answer, its
 * delay and its fault; service_finish notes what became of it. Requests for
 * items are witnessed; those under /_flagrace/ (control.h) are answered at
 * once and neither delayed, counted nor witnessed.
 *
 * With a capacity (turns.h), a request that finds it used up waits: it is
 * handed to its loop's mailbox when its turn comes, and its delay runs from
 * then.
 *
 * An epoch is the time between two changes of the settings. It begins with no
 * rows and no counts; a request of an earlier epoch keeps the delay and the
 * fault it was given but is no longer recorded or counted, and none of them
 * waits for its turn any longer.
 *
 * The loops of a server share one service. One lock guards all of it, mailboxes
 * and the links of exchanges included; each call takes it and gives it back.
 * What an exchange says of its answer belongs to the loop that made it.
 */
#ifndef MOCK_SERVER_SERVICE_H
#define MOCK_SERVER_SERVICE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "mock_server/guard.h"
#include "mock_server/http.h"
#include "mock_server/queue.h"
#include "mock_server/response.h"
#include "mock_server/settings.h"

struct access_log;
struct content;
struct witness;
struct witness_row;

/* Of the server's life, for /metrics; item requests, and connections. */
struct totals {
	uint64_t requests, body_bytes, delay_ns, queue_ns;
	uint64_t faults[FAULT_KINDS];
	uint64_t connections_opened, connections_refused;
};

enum { FREED_KEPT = 1024 };

struct service {
	pthread_mutex_t lock;
	struct settings settings;
	/* Not changed once the loops run. */
	struct guard guard;
	bool traces;          /* settings may name any trace over HTTP */
	struct latency first; /* the latency that it was started with */
	struct content *content;
	struct access_log *log; /* NULL: none is kept */
	struct witness *witness;
	uint32_t *asked; /* how often, by a hash of the path; this epoch */
	uint64_t epoch;  /* from 1 */
	uint64_t started_ns;
	/* Of this epoch, item requests alone. */
	uint64_t requests, in_flight, peak_in_flight;
	uint64_t connections_refused; /* of this epoch, too */
	uint64_t served; /* of those in flight, the ones that do not wait */
	struct queue waiting;
	/* When places that nobody waited for became free: a ring, how many. */
	uint64_t freed_ns[FREED_KEPT], freed;
	uint64_t connections_open;
	uint64_t control_bytes; /* of /_flagrace/'s answers on their way */
	struct totals totals;
};

/* Where exchanges are put whose turn has come; one of each loop. */
struct mailbox {
	struct queue queue;
	int wake_fd; /* an eventfd, the loop's; written to for each of them */
};

/* Where a request came from. */
struct origin {
	uint64_t connection;  /* its number */
	uint64_t accepted_ns; /* when that was accepted */
	int fd;
	struct mailbox *mailbox; /* its loop's */
};

/* When a request's first byte came, and its last. */
struct arrival {
	uint64_t first_ns, last_ns;
};

/* Beyond it (the last one may exceed it), /_flagrace/ answers 503 to more. */
enum { SERVICE_CONTROL_BYTES_MAX = 64 << 20 };

/* Of due_ns: not known as long as it waits its turn, or never (a stall). */
#define EXCHANGE_NOT_DUE UINT64_MAX

/* One request and its answer, from arrival until the last byte is sent. */
struct exchange {
	struct response response;
	struct content *lender; /* a reference, for as long as it is lent */
	size_t body_length;     /* what is to be sent of the body */
	uint64_t bytes_per_s;   /* of the body; 0: no limit */
	enum fault_kind fault;
	uint64_t arrival_ns;
	uint64_t due_ns; /* the first byte must not leave before */
	/* Before the first and the last byte was written, by who writes. */
	uint64_t sent_ns, done_ns;
	uint64_t delay_ns;
	char *log; /* the line's beginning, or NULL */
	/*
	 * Required before service_arrive. Called by mailbox_deliver: its turn
	 * has come, due_ns is known.
	 */
	void (*admitted)(struct exchange *exchange);
	/* Guarded by the lock. */
	uint64_t epoch;          /* when it arrived; 0: not an item */
	uint64_t control_bytes;  /* its part of the service's */
	struct witness_row *row; /* NULL: not recorded */
	bool served;             /* it takes up capacity */
	uint64_t admitted_ns;    /* when its turn came, if it had to wait */
	struct mailbox *mailbox;
	struct queue_link link; /* in service->waiting or the mailbox */
};

/*
 * Takes *settings over, even on failure. `content` stays the caller's
 * reference; `log` is lent. Guards nothing and takes no traces over HTTP.
 * Returns 0 or -ENOMEM.
 */
int service_init(struct service *service, struct settings *settings,
	struct content *content, struct access_log *log);
void service_release(struct service *service);

/*
 * Takes new settings over and puts them in force, as a new epoch; the caller
 * holds the lock. Returns 0; or a -errno of content_create, the old ones
 * staying and *settings still being the caller's.
 */
int service_configure(struct service *service, struct settings *settings);

/*
 * A client has connected; *number is the connection's, from 1. Returns 0; or
 * -ECONNREFUSED when there are enough.
 */
int service_connect(struct service *service, uint64_t *number);
void service_disconnect(struct service *service);

/*
 * Answers a request. *exchange, of which only `admitted` is set, is then to be
 * given to service_finish. Returns 0; or -ENOMEM, *exchange holding nothing.
 */
int service_arrive(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct arrival *arrival,
	const struct origin *origin);

/*
 * Answers what was no request, but perhaps had its method (HTTP_GET: not
 * known), with the status; as service_arrive.
 */
int service_refuse(struct service *service, struct exchange *exchange,
	unsigned status, enum http_method method, const struct origin *origin);

/*
 * The answer has gone to the kernel (`complete`) or never will. Releases what
 * the exchange holds.
 */
void service_finish(
	struct service *service, struct exchange *exchange, bool complete);

#endif
