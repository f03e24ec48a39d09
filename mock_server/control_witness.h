/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answers of control.h that are CSV: what the server has recorded of the
 * epoch. Called with the service's lock held, which they release for most of
 * the time.
 */
#ifndef MOCK_SERVER_CONTROL_WITNESS_H
#define MOCK_SERVER_CONTROL_WITNESS_H

#include <inttypes.h>

struct control;
struct http_request;
struct response;

/* The field that names the epoch of an answer, for printf. */
#define CONTROL_EPOCH "X-Flagrace-Epoch: %" PRIu64 "\r\n"

/* Make the response. Return 0 or -ENOMEM. */
int control_get_witness(struct control *control,
	const struct http_request *request, struct response *response);
int control_get_connections(struct control *control,
	const struct http_request *request, struct response *response);

#endif
