/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the server answers, and when: everything but sockets and protocol.
 *
 * A request goes through three calls: service_arrive decides its answer and
 * its delay, service_sending notes the first byte, service_finish the last.
 * Requests for items are witnessed; those under /_flagrace/ (control.h) are
 * answered at once and neither delayed, counted nor witnessed.
 *
 * An epoch is the time between two changes of the settings. It begins with no
 * rows and no counts; a request of an earlier epoch keeps the delay it was
 * given but is no longer recorded or counted. Used by one thread.
 */
#ifndef MOCK_SERVER_SERVICE_H
#define MOCK_SERVER_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/http.h"
#include "mock_server/response.h"
#include "mock_server/settings.h"

struct catalogue;
struct witness;
struct witness_row;

struct service {
	struct settings settings;
	struct catalogue *catalogue;
	struct witness *witness;
	uint32_t *asked; /* how often, by a hash of the path; this epoch */
	uint64_t epoch;  /* from 1 */
	uint64_t started_ns;
	/* Of this epoch, item requests alone. */
	uint64_t requests, in_flight, peak_in_flight;
	/* Of the server's life. */
	uint64_t connections_open, connections_opened;
};

/* One request and its answer, from arrival until the last byte is sent. */
struct exchange {
	struct response response;
	bool head_only;          /* HEAD: the body stays here */
	uint64_t due_ns;         /* the first byte must not leave before */
	uint64_t epoch;          /* when it arrived; 0: not an item */
	struct witness_row *row; /* NULL: not recorded */
};

/* Takes *settings over, even on failure. Returns 0, -ENOMEM or -EIO. */
int service_init(struct service *service, struct settings *settings);
void service_release(struct service *service);

/* Takes new settings over and puts them in force, as a new epoch. */
void service_configure(struct service *service, struct settings *settings);

/*
 * Answers a request whose last byte was read at arrival_ns, on the connection
 * of that number. *exchange is then to be given to service_finish. Returns 0;
 * or -ENOMEM, *exchange holding nothing.
 */
int service_arrive(struct service *service, struct exchange *exchange,
	const struct http_request *request, uint64_t arrival_ns,
	uint64_t connection);

/* Answers what was no request with the status; as service_arrive. */
int service_refuse(struct exchange *exchange, unsigned status);

/* The first byte is being written at now_ns. */
void service_sending(
	struct service *service, struct exchange *exchange, uint64_t now_ns);

/*
 * The answer has gone to the kernel (`complete`) or never will. Releases what
 * the exchange holds.
 */
void service_finish(
	struct service *service, struct exchange *exchange, bool complete);

#endif
