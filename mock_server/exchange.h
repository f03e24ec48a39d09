/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request and its answer, from the arrival until the last byte is sent, and
 * the mailbox by which an exchange gets back to its event loop.
 */
#ifndef MOCK_SERVER_EXCHANGE_H
#define MOCK_SERVER_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mock_server/faults.h"
#include "mock_server/http_request.h"
#include "mock_server/list.h"
#include "mock_server/response.h"
#include "mock_server/tls_handshake.h"

struct connection_entry;
struct content;
struct witness_entry;

/*
 * An event loop's exchanges that have waited for a place (capacity.h) and have
 * been given one, perhaps by another loop. Guarded by the service's lock.
 */
struct mailbox {
	struct list exchanges;
	int wake_fd; /* the loop's eventfd, written to for each exchange */
};

/* Where a request came from. */
struct origin {
	uint64_t connection;  /* the connection's number */
	uint64_t epoch;       /* in which it was accepted */
	uint64_t accepted_ns; /* when the connection was accepted */
	struct tls_outcome tls;
	struct connection_entry *row; /* in its epoch; NULL: not recorded */
	int fd;
	struct mailbox *mailbox; /* of the connection's loop */
};

/* A due_ns that is not known: the request waits for a place, or stalls. */
#define EXCHANGE_NOT_DUE UINT64_MAX

struct exchange {
	/* Of the loop's thread, from service_arrive to service_finish. */
	struct response response;
	struct content *lender; /* a reference, if it has lent the response */
	size_t body_length;     /* bytes of the body that are to be sent */
	uint64_t bytes_per_s;   /* speed of the body; 0: no limit */
	enum fault_kind fault;
	uint32_t retry_after_s; /* of the response; 0: none */
	uint64_t arrival_ns;    /* of the last byte of its request */
	uint64_t due_ns;        /* no byte may be sent before */
	/* Set by the sender, before it writes the first and the last byte. */
	uint64_t sent_ns, done_ns;
	uint64_t delay_ns; /* as drawn */
	char *log;         /* the beginning of its line in the access log */
	/*
	 * Required. Called on the loop's thread, without the lock, once an
	 * exchange that has waited for a place has its due_ns.
	 */
	void (*admitted)(struct exchange *exchange);

	/* Guarded by the service's lock. */
	uint64_t epoch;            /* in which it arrived; 0: it is no item's */
	struct witness_entry *row; /* NULL: not recorded */
	bool served;               /* it takes up a place */
	uint64_t admitted_ns;      /* when it was given a place it waited for */
	struct mailbox *mailbox;
	struct list_link link; /* in the waiting list or in the mailbox */
	uint64_t *held;        /* a sum with held_bytes in it, or NULL */
	uint64_t held_bytes;
};

#endif
