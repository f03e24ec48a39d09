/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract of a strategy: one way to download a job's items.
 *
 * The harness provides the clock and the client; the strategy decides the
 * concurrency. A strategy reads no clock, sets no curl option and prints
 * nothing. It hands out the items in order, the next one to a free worker, and
 * never has more than job->concurrency requests in flight. It starts no item
 * before the item's time (job->due_ns): fr_download_one waits for that time, an
 * event loop asks fr_due_in_ns.
 *
 * A strategy runs in a process of its own, made for one trial. setup,
 * download_many and teardown are called once each, in that order, from the main
 * thread.
 *
 * A request that fails is data, and its sample says so. A strategy returns
 * -errno only if it could not work at all (no thread, no memory).
 */
#ifndef FLAGRACE_STRATEGY_H
#define FLAGRACE_STRATEGY_H

#include <flagrace/job.h>

/* Raised by one on any change of layout or meaning here or in job.h. */
#define FR_STRATEGY_ABI 5u

enum fr_strategy_flags {
	/*
	 * The witness must see no request at all. Such a trial is not a race,
	 * so a plug-in may have this flag only if its name is null, like the
	 * built-in one.
	 */
	FR_NO_NETWORK = 1u << 0,
	/*
	 * It speaks HTTP/2. Unless connections must be fresh, or with
	 * FR_BLOCKING, one connection carries up to a hundred requests.
	 */
	FR_HTTP2 = 1u << 1,
	/* It cannot keep a connection from one item to the next. */
	FR_FRESH_CONNECTIONS = 1u << 2,
	/*
	 * It writes no samples: the harness makes them from the witness. For
	 * programs (--exec) alone; a plug-in with this flag is refused.
	 */
	FR_WITNESS_SAMPLES = 1u << 3,
	/* It has its own sockets: HTTP to one IP address and port, no TLS. */
	FR_PLAIN_HTTP = 1u << 4,
	/*
	 * One process calls fr_download_one for all requests in flight. Each
	 * request then takes three descriptors: a socket, and the pair by
	 * which libcurl can be woken. Without this flag it takes the socket.
	 */
	FR_BLOCKING = 1u << 5,
	/*
	 * It needs that system call. If the kernel lacks or refuses the call,
	 * `all` skips the strategy, and asking for it by name is an error.
	 */
	FR_NEEDS_IO_URING = 1u << 6, /* with the features of Linux 6.1 */
	FR_NEEDS_EPOLL_PWAIT2 = 1u << 7,
	/*
	 * It calls fr_work for each item itself. Without this flag the client
	 * does the work of an item as soon as the answer is complete, in the
	 * thread that received the answer.
	 */
	FR_WORK_APART = 1u << 8,
	/*
	 * It finds a limit of its own on the requests in flight, which may be
	 * below job->concurrency. Without this flag, a trial in which it
	 * leaves workers idle by choice is invalid.
	 */
	FR_OWN_LIMIT = 1u << 9,
	/*
	 * With FR_HTTP2: its clients speak HTTP/2 by libcurl, and those whose
	 * handles are in one multi handle share its connections. If libcurl
	 * cannot do that, `all` skips the strategy, and asking for it by name
	 * is an error.
	 */
	FR_MULTIPLEX = 1u << 10,
	/* It has its own sockets (FR_PLAIN_HTTP), and speaks TLS on them. */
	FR_TLS = 1u << 11,
};

struct fr_strategy {
	unsigned abi;                 /* FR_STRATEGY_ABI; always the first */
	const char *name;             /* CLI word, CSV value: [a-z0-9-]{1,31} */
	const char *summary;          /* one line for `flagrace list` */
	unsigned default_concurrency; /* >= 1 */
	unsigned max_concurrency;     /* 0: unbounded. The harness clamps. */
	unsigned flags;               /* enum fr_strategy_flags, or-ed */
	/*
	 * Optional. Makes what a long-lived program would keep: handles,
	 * pools. Runs before the clock starts; its time is setup_ns. Returns 0
	 * or -errno; on failure it has released everything.
	 */
	int (*setup)(struct fr_job *job);
	/*
	 * Required. Runs while the clock runs, and returns when all items are
	 * done: 0 or -errno; with FR_WITNESS_SAMPLES also the exit status of
	 * the program.
	 */
	int (*download_many)(struct fr_job *job);
	/* Optional. Called if setup returned 0; its time is teardown_ns. */
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
