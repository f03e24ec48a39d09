/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: leaves a connection of HTTP/2 with requests that the server
 * has processed, and sends them again as if a GOAWAY had been before them.
 */
#include "liar.h"

#include <flagrace/session.h>

enum { SLOTS = 4 };

/* Serves until no item is left or, unless that is 0, as many were taken. */
static void serve(struct fr_session *session,
	const struct fr_session_items *items, size_t most)
{
	struct pollfd socket;

	while (fr_session_serve(session) && (!most || items->next < most)) {
		(void)fr_session_waits(session, &socket);
		(void)poll(&socket, 1, 1);
	}
}

static int download_many(struct fr_job *job)
{
	struct fr_session_items items = {0};
	struct fr_session *session;

	if (fr_session_open(&session, job, &items, 0, SLOTS))
		return -1;
	serve(session, &items, SLOTS);
	/* What was composed is sent, and comes to the server. */
	for (int i = 0; i < 5; i++) {
		(void)fr_session_serve(session);
		(void)poll(NULL, 0, 2);
	}
	fr_session_close(session);
	items.next = 0;
	if (fr_session_open(&session, job, &items, 0, SLOTS))
		return -1;
	serve(session, &items, 0);
	for (size_t i = 0; i < SLOTS; i++)
		job->samples[i].attempts++;
	fr_session_close(session);
	return 0;
}

FR_STRATEGY(regrets) = {
	.abi = FR_STRATEGY_ABI,
	.name = "regrets",
	.summary = "sends again what the server has processed",
	.default_concurrency = SLOTS,
	.max_concurrency = SLOTS,
	.flags = FR_HTTP2 | FR_PLAIN_HTTP,
	.download_many = download_many,
};
