/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the library share; no part of its interface.
 *
 * One lock per executor guards all that is said to be "locked" below. Lock
 * order: executor.joining, executor.lock, inbox.lock.
 */
#ifndef FUTURES_INTERNAL_H
#define FUTURES_INTERNAL_H

#include "futures/futures.h"

#include <pthread.h>
#include <stdatomic.h>

/* A place in the queue: of one task, or of one map. */
struct work {
	const struct work_ops *ops;
	struct executor *executor;
	struct work *next, *previous; /* locked */
	unsigned wanted; /* locked: workers it waits for; 0: not in the queue */
};

/* What the executor asks of work. Locked, but for perform. */
struct work_ops {
	/* A worker has it in hand from now on. */
	void (*begin)(struct work *work);
	/* That worker could not be started. */
	void (*undo)(struct work *work);
	/* Runs it on the worker; returns with the lock held, and it is over. */
	void (*perform)(struct work *work);
	/* Cancels what of it has not begun, and leaves the queue. */
	void (*take_back)(struct work *work);
};

/* Where futures arrive as they get done. Its lock guards all of it. */
struct inbox {
	pthread_mutex_t lock;
	pthread_cond_t arrival;
	struct watch *first, **end; /* linked by watch.after */
};

/* One inbox waits for one future. All but `after` is locked. */
struct watch {
	struct watch *next, **link; /* the future's list */
	struct watch *after;        /* the inbox's list */
	struct future *future;
	struct inbox *inbox;
};

/*
 * Owned by the submitter, and until it is done by the executor too. The state
 * is written with the lock held and read without. The store that makes it done
 * is the executor's last touch: from then on the owner may free it.
 */
struct future {
	struct work work; /* first: a future is found by its place */
	task_fn *fn;
	void *arg;
	void *result;          /* the worker's while running, then constant */
	int code;              /* likewise */
	atomic_int state;      /* enum future_state */
	bool orphan;           /* locked: its owner has given it up */
	struct watch *watches; /* locked: who waits for it */
};

struct worker {
	pthread_t thread;
	struct executor *executor;
	struct work *work; /* locked: in hand; NULL when it has none */
	unsigned index;
};

/*
 * Lives until the owner has freed it and the last of its futures is gone.
 *
 * At most one wake-up is under way at a time, and whoever wakes passes it on
 * while there is work and an idle worker left. So, whenever the lock is free:
 * if queued > 0 and idle > 0 then waking.
 */
struct executor {
	pthread_mutex_t lock;
	pthread_cond_t work; /* idle workers sleep here */
	struct work queue;   /* the ends of a ring; oldest first */
	unsigned queued;     /* sum of work.wanted in the queue */
	unsigned idle;       /* workers asleep, or woken and not up yet */
	bool waking;         /* one was told to wake and is not up yet */
	bool shut_down;      /* no more work comes in */
	unsigned workers;    /* started */
	unsigned max_workers;

	pthread_mutex_t joining; /* guards joined, and the joining itself */
	unsigned joined;

	atomic_size_t references; /* the owner's, and one for each future */
	struct worker worker[];   /* max_workers; the index is the worker's */
};

static inline void executor_lock(struct executor *ex)
{
	(void)pthread_mutex_lock(&ex->lock);
}

static inline void executor_unlock(struct executor *ex)
{
	(void)pthread_mutex_unlock(&ex->lock);
}

/* executor.c */

/*
 * Gives work to `wanted` workers: new ones as long as there are too few idle
 * ones, and the rest by the queue. Takes the lock.
 * Returns 0, -ESHUTDOWN, or -EAGAIN if there is no worker.
 */
int executor_enqueue(struct work *work, unsigned wanted);
/* Takes work out of the queue if it is in it. Locked. */
void executor_dequeue(struct work *work);
/* Whether this thread is in a task of ex. No lock. */
bool executor_is_here(const struct executor *ex);
/* Drops a reference; the last one frees. No lock. */
void executor_unref(struct executor *ex);

/* inbox.c */

/* Returns 0 or -ENOMEM. */
int inbox_init(struct inbox *inbox);
/* No watch may be left. */
void inbox_release(struct inbox *inbox);
/*
 * Has f arrive when it is done, which may be at once. Takes f's lock. The
 * watch is in use until watch_end. Returns false, and does nothing, if the
 * inbox watches f already.
 */
bool inbox_watch(struct inbox *inbox, struct watch *watch, struct future *f);
/* The watch's future is done. Takes the inbox's lock. */
void inbox_put(struct watch *watch);
/* Waits for an arrival. Returns 0 or -ETIMEDOUT. */
int inbox_take(struct inbox *inbox, int64_t timeout_ns, struct watch **watch);
/* Takes the future's lock; when it returns the future is forgotten. */
void watch_end(struct watch *watch);

#endif
