/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's own interface, everything under /_flagrace/. Not more than
 * SERVICE_CONTROL_BYTES_MAX of its answers wait to be read: 503.
 *
 * 403 to a request that guard.h refuses: from a page in a browser, or, when the
 * server was started with a token (mock_server.h; `flagrace serve --token-file`
 * reads it from a file or standard input), one that does not have it in the
 * field Flagrace-Token. Reading is guarded as changing is: the nonce of the
 * bodies and the account of a trial are not for the trial to know.
 *
 * GET config       the settings in force, as a form (settings.h)
 * PUT config       a form: sets its keys, all or none, as a new epoch; answers
 *                  as GET does. 400 with one line when a key or value is
 *                  wrong, or a trace is named that the server was not started
 *                  with: without a token or --allow-traces, nobody is to learn
 *                  which files there are
 * GET witness?trial=T
 *                  CSV of that trial's rows (witness.h); without trial=, of
 *                  the requests that named no item; witness?all, of all
 *                  requests of the epoch. X-Flagrace-Dropped says how many
 *                  rows of the epoch found no room, X-Flagrace-Refused how
 *                  many connections were refused in it. 409 when the epoch
 *                  ends while it is written
 * GET stats        JSON: epoch; requests, in_flight and peak_in_flight (item
 *                  requests of this epoch); connections_refused of it;
 *                  connections_open and _opened, uptime_ns, cpu_ns (of the
 *                  process); witness_rows, _dropped
 * GET metrics      the same and totals of the server's life, as Prometheus
 *                  reads them
 *
 * Answers about config and witness say in X-Flagrace-Epoch which epoch they are
 * of: when it is another than one's own PUT was answered with, someone else has
 * changed the settings since.
 */
#ifndef MOCK_SERVER_CONTROL_H
#define MOCK_SERVER_CONTROL_H

#include <stdbool.h>

#include "mock_server/http.h"
#include "mock_server/response.h"

struct service;

/* Whether the path is one of the control interface. */
bool control_owns(struct http_span path);

/*
 * Performs the request, under the service's lock, which it gives up now and then
 * while it prints the witness. Returns 0, or -ENOMEM.
 */
int control_answer(struct service *service, const struct http_request *request,
	struct response *response);

#endif
