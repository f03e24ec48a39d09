/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strategy of your own: the author's manual. Copy it, change it, build it
 * against the installed headers, race it:
 *
 *     gcc -shared -fPIC $(pkg-config --cflags flagrace) skeleton.c -o mine.so
 *     flagrace run --strategy ./mine.so,sequential
 *
 * This one downloads one item after another. What may be called is in
 * <flagrace/client.h>; an event loop on libcurl wants <flagrace/transfer.h>.
 *
 * The rules, which the harness and the server's witness check:
 *   - Start the items in order, the next one on a free worker, and each exactly
 *     once: no sample may be missing.
 *   - In an open loop, start no item before its time. fr_download_one waits for
 *     it; a strategy that calls something else asks fr_due_in_ns or calls
 *     fr_await_due first.
 *   - Never have more than job->concurrency requests in flight. More workers
 *     than that are of no use; fewer show as peak_in_flight in trials.csv.
 *   - Read no clock, set no option of a client, print nothing.
 *   - A request that fails is data. Return -errno only if you cannot work.
 *   - Start no request before download_many, and leave nothing when it returns:
 *     join threads, wait for processes.
 */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

/* What your strategy needs from setup to teardown. */
struct state {
	size_t downloaded;
};

/*
 * Optional. Makes what a long-lived program would keep: handles, pools,
 * threads. The clock does not run yet; the time is shown as setup_ns and is
 * part of the total. On failure it releases everything, because teardown is not
 * called then.
 */
static int setup(struct fr_job *job)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if (!state)
		return -ENOMEM;
	/* Opens job->clients[0..concurrency): one for each worker. */
	rc = fr_clients_open(job);
	if (rc)
		free(state);
	else
		job->priv = state;
	return rc;
}

/* Required. The clock runs. All job->n items must be done when it returns. */
static int download_many(struct fr_job *job)
{
	struct state *state = job->priv;

	/* Blocks until item i is done, and writes job->samples[i]. */
	for (size_t i = 0; i < job->n; i++)
		if (fr_download_one(job->clients[0], i) == FR_OK)
			state->downloaded++;
	return 0;
}

/* Optional. Called if setup returned 0, whatever became of the downloads. */
static void teardown(struct fr_job *job)
{
	fr_clients_close(job);
	free(job->priv);
}

/* Built with -DFR_PLUGIN, as pkg-config does, this is the plug-in's symbol. */
FR_STRATEGY(skeleton) = {
	/* Required: the version of the headers you built against. */
	.abi = FR_STRATEGY_ABI,
	/* Required: its name in tables and CSV, 1 to 31 of a-z, 0-9, '-'. */
	.name = "skeleton",
	/* Required: one line. */
	.summary = "one after another, as a beginning",
	/* Required: requests in flight when nobody says, at least 1. */
	.default_concurrency = 1,
	/* Optional: the most it can use; 0, the default: any number. */
	.max_concurrency = 1,
	/* Optional: of enum fr_strategy_flags; most strategies have none. */
	.flags = 0,
	/* Optional. */
	.setup = setup,
	/* Required. */
	.download_many = download_many,
	/* Optional. */
	.teardown = teardown,
};
