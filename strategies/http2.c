/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each request in flight is a stream of HTTP/2, up to a hundred of them on one
 * connection. Answers come in any order, so that a late one delays no other.
 * This saves connections and costs the making and reading of frames.
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

/* As few sessions as have room for all requests in flight. */
static unsigned sessions_of(const struct fr_job *job)
{
	/* A connection that serves one request has one stream. */
	unsigned most = job->http->fresh_connections ? 1 : FR_SESSION_SLOTS_MAX;

	return (job->concurrency + most - 1) / most;
}

static int setup(struct fr_job *job)
{
	unsigned count = sessions_of(job), first = 0;
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
	for (unsigned i = 0; i < count && !rc; i++) {
		unsigned slots = (job->concurrency - first) / (count - i);

		rc = fr_session_open(
			&loop->sessions[i], job, &loop->items, first, slots);
		first += slots;
	}
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(http2) = {
	.abi = FR_STRATEGY_ABI,
	.name = "http2",
	.summary = "HTTP/2 without libcurl, up to 100 streams a connection",
	.default_concurrency = 20,
	.flags = FR_HTTP2 | FR_PLAIN_HTTP | FR_TLS,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
