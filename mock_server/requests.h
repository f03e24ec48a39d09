/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requests of one HTTP/1 connection on their way in: found in the bytes
 * that came, answered by the service, their replies queued. Belongs to its
 * loop's thread.
 */
#ifndef MOCK_SERVER_REQUESTS_H
#define MOCK_SERVER_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mock_server/replies.h"
#include "mock_server/service.h"

struct loop;

enum { REQUESTS_MAX = 64 }; /* waiting for their replies */

struct requests {
	struct loop *loop;
	struct origin origin;
	struct replies *replies; /* the connection's */
	bool full;               /* REQUESTS_MAX: reading waits for sending */
	/* The one that is coming waits for "100 Continue"; has been sent it. */
	bool expects_continue, continued;
	char *kept; /* the beginning of a request */
	size_t kept_length;
	uint64_t kept_first_ns; /* when the first of those bytes came */
};

enum requests_outcome {
	REQUESTS_GO_ON, /* all there were; more may come */
	/*
	 * None will be taken after these: their client, or HTTP/1.0, wants
	 * none, or what came was none.
	 */
	REQUESTS_LAST,
};

void requests_init(struct requests *requests, struct loop *loop,
	const struct origin *origin, struct replies *replies);
void requests_release(struct requests *requests);

/*
 * Takes all whole requests from the bytes, read at arrival_ns, which begin
 * with what was kept; keeps the rest. Returns a requests_outcome or -ENOMEM.
 */
int requests_take(struct requests *requests, char *bytes, size_t length,
	uint64_t arrival_ns);

/*
 * Lets a client go on that expects it (RFC 9110, 10.1.1), unless an answer goes
 * first: to be called again when those have been written.
 */
void requests_continue(struct requests *requests);

/*
 * When the first byte came of what is kept and of bytes that have come at
 * arrival_ns.
 */
uint64_t requests_first_ns(
	const struct requests *requests, uint64_t arrival_ns);

/*
 * Keeps the bytes, the first of which came at first_ns, for the next time.
 * Returns 0 or -ENOMEM.
 */
int requests_keep(struct requests *requests, const char *bytes, size_t length,
	uint64_t first_ns);

#endif
