/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request for an item is answered. */
#ifndef MOCK_SERVER_DECISION_H
#define MOCK_SERVER_DECISION_H

#include "mock_server/exchange.h"
#include "mock_server/item.h"

struct service;

/*
 * Takes a token, and makes the exchange's response: what lies at the path, or
 * why nothing does, or what its fault has instead; or, without a token, a 429.
 * Draws its delay and its fault. Under the service's lock. Returns 0 or
 * -errno.
 */
int decision_make(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct item *item);

#endif
