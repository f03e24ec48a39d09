/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One curl multi handle kept busy with a job's items: what the strategies
 * with an event loop have in common, which is all but how they wait.
 *
 * A loop has workers, a client each. A free slot takes the next item as soon as
 * its time has come: the number of workers limits the requests in flight. (Not
 * CURLMOPT_MAX_TOTAL_CONNECTIONS: it would let requests wait in libcurl with
 * their start already stamped.) A loop belongs to one thread; several loops
 * may share a job and hand out its items between them.
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
	struct fr_client **idle;    /* a pile of those without a transfer */
	unsigned idle_count;
	unsigned in_flight; /* handles added and not yet taken out */
	bool added;         /* one since the last multi_wait */
	/* The item that waits for its time, with a free slot; n: none does. */
	size_t waiting;
	int timer; /* a timerfd to wake for it; -1: closed loop */
	/* For who wants to know each socket's life; NULL: nobody does. */
	curl_sockopt_callback made;
	curl_closesocket_callback closed;
	void *sockets; /* argument of both; outlives the clients */
};

/*
 * Opens a loop and the clients of its workers, workers first..first+workers-1.
 * next outlives it. Returns 0, -ENOMEM or -EIO; multi_close is then called
 * nevertheless.
 */
int multi_open(struct multi *multi, struct fr_job *job, atomic_size_t *next,
	unsigned first, unsigned workers);

/* Gives up what is in flight. All zeros are accepted. */
void multi_close(struct multi *multi);

/* The next item of the job in *item; false when all are handed out. */
bool multi_next_item(struct multi *multi, size_t *item);

/* Adds what fr_transfer_begin returned. Returns 0, -ENOMEM or -EIO. */
int multi_add(struct multi *multi, CURL *easy);

/*
 * Free workers begin the items whose time has come, a burst of them at the most:
 * the first ones send while others connect, and are not all answered at once
 * for ever after. For the rest it is called again once the loop has had its
 * turn, in which nobody sleeps once a handle was added. As multi_add.
 */
int multi_begin(struct multi *multi);

/* Whether a transfer is in flight or an item waits for its time. */
bool multi_busy(const struct multi *multi);

/* Nanoseconds until the waiting item's time; UINT64_MAX: none waits. */
uint64_t multi_due_in_ns(const struct multi *multi);

/*
 * Sleeps until something can be done, and does it. To be called while
 * multi_busy: without a descriptor curl_multi_poll sleeps its whole timeout
 * (curl_multi_poll(3)). Returns 0, -errno or -EIO.
 */
int multi_wait(struct multi *multi);

/*
 * Takes out one finished transfer: its client and result. Returns false when
 * there is none.
 */
bool multi_finished(
	struct multi *multi, struct fr_client **client, CURLcode *result);

/* Ends all finished transfers and begins the next. As multi_add. */
int multi_collect(struct multi *multi);

/* A result of the multi interface as 0, -ENOMEM or -EIO. */
int multi_error(CURLMcode code);

#endif
