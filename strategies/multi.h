/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps one curl multi handle busy with a job's items: what the strategies with
 * an event loop on libcurl have in common, which is all but how they wait.
 *
 * A loop has workers, each with a client. A free worker takes the next item as
 * soon as it is due, so the number of workers limits the requests in flight. An
 * item that is to be tried again leaves its worker, and the loop gives it to
 * the next free worker once it is due.
 * (CURLMOPT_MAX_TOTAL_CONNECTIONS would not do: requests would wait in libcurl
 * after their start was stamped.) A loop belongs to one thread; several loops
 * may share a job and take its items in turn.
 */
#ifndef STRATEGIES_MULTI_H
#define STRATEGIES_MULTI_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <flagrace/transfer.h>

struct multi {
	CURLM *handle;
	struct fr_job *job;
	atomic_size_t *next; /* first item not handed out; shared by loops */
	unsigned workers;
	struct fr_client **clients; /* workers */
	struct fr_client **idle;    /* a stack of those without a transfer */
	unsigned idle_count;
	unsigned in_flight; /* handles added and not yet taken out */
	unsigned most; /* of those; workers, unless the strategy has less */
	bool added;    /* a handle was, since the last multi_wait */
	/* The next item, if a worker is free but it is not due yet; else n. */
	size_t waiting;
	struct fr_retries *retries; /* items to be tried again */
	/* A timerfd for when an item is due; -1: all are due at once. */
	int timer;
	/* Optional: called with each item whose transfer has ended. */
	void (*ended)(void *arg, size_t item, enum fr_status status);
	void *ended_arg;
	/* Optional: called when a socket is made and when it is closed. */
	curl_sockopt_callback made;
	curl_closesocket_callback closed;
	void *sockets; /* argument of both; outlives the clients */
	/* Has libcurl send what it can; NULL: curl_multi_perform does. */
	int (*send)(void *sockets);
};

/*
 * Opens a loop and the clients of its workers first..first+workers-1. next must
 * outlive it. Returns 0, -ENOMEM or -EIO; multi_close is to be called even on
 * failure.
 */
int multi_open(struct multi *multi, struct fr_job *job, atomic_size_t *next,
	unsigned first, unsigned workers);

/* Gives up what is in flight. A zeroed loop is accepted. */
void multi_close(struct multi *multi);

/* Takes the job's next item. Returns false if all have been taken. */
bool multi_next_item(struct multi *multi, size_t *item);

/* Adds what fr_transfer_begin returned. Returns 0, -ENOMEM or -EIO. */
int multi_add(struct multi *multi, CURL *easy);

/*
 * Free workers begin items that are due, but at most a burst of them: so the
 * first ones send while others connect, and their answers do not come all at
 * once ever after. To be called again after the next multi_wait, which does not
 * sleep after a handle was added. Returns as multi_add.
 */
int multi_begin(struct multi *multi);

/*
 * If the loop itself does the work on the answers, sends the requests of added
 * handles now, so that they are on their way while the loop works. Otherwise
 * the next multi_wait sends them. Returns as multi_add.
 */
int multi_send(struct multi *multi);

/* Whether a transfer is in flight, or an item waits until it is due. */
bool multi_busy(const struct multi *multi);

/* Nanoseconds until a worker may take an item; UINT64_MAX: none waits. */
uint64_t multi_due_in_ns(const struct multi *multi);

/*
 * Waits for sockets or a deadline, and handles them. To be called only while
 * multi_busy: without a descriptor, curl_multi_poll(3) sleeps for its whole
 * timeout. Returns 0 or -errno.
 */
int multi_wait(struct multi *multi);

/*
 * Takes out one finished transfer, with its client and result. Returns false if
 * there is none.
 */
bool multi_finished(
	struct multi *multi, struct fr_client **client, CURLcode *result);

/*
 * Ends all finished transfers and begins the next: all of them together, or, if
 * the loop also does the work, one after the other. Returns as multi_add.
 */
int multi_collect(struct multi *multi);

/* A result of the multi interface as 0, -ENOMEM or -EIO. */
int multi_error(CURLMcode code);

#endif
