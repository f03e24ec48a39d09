/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All requests in flight on one connection, each a stream of HTTP/2. Answers
 * come in any order, so that a late one delays no other. This saves connections
 * and costs the making and reading of frames.
 */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/session.h>
#include <flagrace/strategy.h>

enum { NS_PER_S = 1000000000 };

struct http2_loop {
	struct fr_session_items items;
	unsigned count;
	struct pollfd *sockets; /* count, one for each session */
	struct fr_session *sessions[];
};

/*
 * Serves all sessions, and waits for the next event. Returns false at the end.
 */
static bool turn(struct http2_loop *loop)
{
	uint64_t left_ns = UINT64_MAX;
	struct timespec left;
	bool busy = false;

	for (unsigned i = 0; i < loop->count; i++) {
		uint64_t ns;

		loop->sockets[i].fd = -1;
		if (!fr_session_serve(loop->sessions[i]))
			continue;
		busy = true;
		ns = fr_session_waits(loop->sessions[i], &loop->sockets[i]);
		left_ns = ns < left_ns ? ns : left_ns;
	}
	left.tv_sec = (time_t)(left_ns / NS_PER_S);
	left.tv_nsec = (long)(left_ns % NS_PER_S);
	/*
	 * After a signal the sessions are served once more, which does no harm.
	 */
	if (busy)
		(void)ppoll(loop->sockets, loop->count, &left, NULL);
	return busy;
}

static int download_many(struct fr_job *job)
{
	while (turn(job->priv))
		;
	return 0;
}

static void teardown(struct fr_job *job)
{
	struct http2_loop *loop = job->priv;

	for (unsigned i = 0; i < loop->count; i++)
		fr_session_close(loop->sessions[i]);
	fr_retries_close(loop->items.retries);
	free(loop->sockets);
	free(loop);
}

static int setup(struct fr_job *job)
{
	/* A connection that serves one request has one stream. */
	bool fresh = job->http->fresh_connections;
	unsigned count = fresh ? job->concurrency : 1;
	unsigned slots = fresh ? 1 : job->concurrency;
	struct http2_loop *loop =
		calloc(1, sizeof(*loop) + count * sizeof(struct fr_session *));
	int rc = 0;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	loop->count = count;
	loop->sockets = calloc(count, sizeof(*loop->sockets));
	if (!loop->sockets)
		rc = -ENOMEM;
	if (!rc)
		rc = fr_retries_open(&loop->items.retries, job);
	for (unsigned i = 0; i < count && !rc; i++)
		rc = fr_session_open(&loop->sessions[i], job, &loop->items,
			i * slots, slots);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(http2) = {
	.abi = FR_STRATEGY_ABI,
	.name = "http2",
	.summary = "one HTTP/2 connection without libcurl, many streams",
	.default_concurrency = 20,
	.max_concurrency = FR_SESSION_SLOTS_MAX,
	.flags = FR_HTTP2 | FR_PLAIN_HTTP | FR_TLS,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
