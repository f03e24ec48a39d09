/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract of a strategy: one way to download a job's items.
 *
 * The clock and the client are the harness's; concurrency is the strategy's.
 * A strategy reads no clock, sets no curl option and prints nothing. It hands
 * out the items in order, the next one to a free worker, and never has more
 * than job->concurrency requests in flight. It starts no item before its time
 * (job->due_ns): fr_download_one waits for it, an event loop asks fr_due_in_ns.
 *
 * It runs in a process of its own, made for one trial. setup, download_many
 * and teardown are called once each, in that order, from the main thread.
 *
 * A request that fails is data and lies in its sample; a strategy returns
 * -errno only when it could not work at all (no thread, no memory).
 */
#ifndef FLAGRACE_STRATEGY_H
#define FLAGRACE_STRATEGY_H

#include <flagrace/job.h>

/* Raised by one on any change of layout or meaning here or in job.h. */
#define FR_STRATEGY_ABI 3u

enum fr_strategy_flags {
	/*
	 * The witness must see no request at all. Such a trial is no race, so
	 * a plug-in may have this only if it is called null, as the floor is.
	 */
	FR_NO_NETWORK = 1u << 0,
	/* It speaks HTTP/2, all requests on one connection if it may. */
	FR_HTTP2 = 1u << 1,
	/* It cannot keep a connection from one item to the next. */
	FR_FRESH_CONNECTIONS = 1u << 2,
	/*
	 * It writes no sample: they are made of what the witness saw. For
	 * programs (--exec) alone: a plug-in that has this is refused.
	 */
	FR_WITNESS_SAMPLES = 1u << 3,
	/* Its sockets are its own: plain HTTP, to one IP address and port. */
	FR_PLAIN_HTTP = 1u << 4,
	/*
	 * One process calls fr_download_one for all that is in flight. Each
	 * then takes three descriptors, a socket and the pair by which libcurl
	 * can be woken, where others take the socket alone.
	 */
	FR_BLOCKING = 1u << 5,
	/*
	 * It needs that system call. Where the kernel has or allows none, the
	 * strategy is skipped among `all`, and refused by name.
	 */
	FR_NEEDS_IO_URING = 1u << 6, /* with what Linux 6.1 has of it */
	FR_NEEDS_EPOLL_PWAIT2 = 1u << 7,
};

struct fr_strategy {
	unsigned abi;                 /* FR_STRATEGY_ABI; always the first */
	const char *name;             /* CLI word, CSV value: [a-z0-9-]{1,31} */
	const char *summary;          /* one line for `flagrace list` */
	unsigned default_concurrency; /* >= 1 */
	unsigned max_concurrency;     /* 0: unbounded. The harness clamps */
	unsigned flags;               /* enum fr_strategy_flags, or-ed */
	/*
	 * Optional. What a long-lived program would keep: handles, pools.
	 * Outside the clock, timed as setup_ns. Returns 0 or -errno; on
	 * failure it has released what it took.
	 */
	int (*setup)(struct fr_job *job);
	/*
	 * Required. The clock runs while it does: it returns when all items
	 * are done. Returns 0 or -errno; with FR_WITNESS_SAMPLES also the
	 * status that its program has exited with.
	 */
	int (*download_many)(struct fr_job *job);
	/* Optional. Called if setup returned 0; timed as teardown_ns. */
	void (*teardown)(struct fr_job *job);
};

/*
 * Defines a strategy: FR_STRATEGY(openmp) = { .abi = FR_STRATEGY_ABI, ... };
 * The same file builds into flagrace (an entry of strategies/builtin.c) and,
 * with -DFR_PLUGIN, as a shared object for `--strategy ./openmp.so`.
 */
#ifdef FR_PLUGIN
#define FR_STRATEGY(id)                              \
	extern const struct fr_strategy fr_strategy; \
	__attribute__((visibility("default")))       \
	const struct fr_strategy fr_strategy
#else
#define FR_STRATEGY(id)                                \
	extern const struct fr_strategy id##_strategy; \
	const struct fr_strategy id##_strategy
#endif

#endif
