/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Executors: the queue, the workers, and who sleeps and wakes when. What a
 * piece of work is belongs to future.c and map.c.
 *
 * Workers are started on demand, each with its first task in hand, so that a
 * task that finds a free place is running when submit returns. They stay until
 * shutdown. A worker reports its task done and takes the next one under one
 * hold of the lock.
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdlib.h>

/*
 * The worker this thread is, NULL for all other threads: what lets a task know
 * its index and a wait see that it would wait for itself. Set once, at birth.
 */
static _Thread_local const struct worker *here;

static void queue_append(
	struct executor *ex, struct work *work, unsigned wanted)
{
	work->wanted = wanted;
	work->next = &ex->queue;
	work->previous = ex->queue.previous;
	work->previous->next = work;
	ex->queue.previous = work;
	ex->queued += wanted;
}

void executor_dequeue(struct work *work)
{
	if (!work->wanted)
		return;
	work->executor->queued -= work->wanted;
	work->wanted = 0;
	work->previous->next = work->next;
	work->next->previous = work->previous;
}

/* Wakes an idle worker if there is work and none is waking. */
static void unlock_and_wake(struct executor *ex)
{
	bool wake = ex->queued && ex->idle && !ex->waking;

	if (wake)
		ex->waking = true;
	executor_unlock(ex);
	/* after the unlock, or the woken would run into the lock */
	if (wake)
		(void)pthread_cond_signal(&ex->work);
}

/*
 * Lock held; releases it. Sleeps while there is nothing to do, and returns
 * false when there never will be.
 */
static bool worker_next(struct worker *self)
{
	struct executor *ex = self->executor;

	/* under the lock's hold that completed it: it may be freed by now */
	self->work = NULL;
	while (!ex->queued && !ex->shut_down) {
		ex->idle++;
		(void)pthread_cond_wait(&ex->work, &ex->lock);
		ex->idle--;
		/* true also of a spurious wake-up: somebody looks now */
		ex->waking = false;
	}
	if (ex->queued) {
		self->work = ex->queue.next;
		if (self->work->wanted == 1) {
			executor_dequeue(self->work);
		} else {
			self->work->wanted--;
			ex->queued--;
		}
		self->work->ops->begin(self->work);
	}
	unlock_and_wake(ex);
	return self->work != NULL;
}

static void *worker_main(void *arg)
{
	struct worker *self = arg;

	here = self;
	do {
		self->work->ops->perform(self->work);
	} while (worker_next(self));
	return NULL;
}

static int start_worker(struct executor *ex, struct work *work)
{
	struct worker *worker = &ex->worker[ex->workers];
	int rc;

	*worker = (struct worker){
		.executor = ex, .work = work, .index = ex->workers};
	work->ops->begin(work);
	rc = pthread_create(&worker->thread, NULL, worker_main, worker);
	if (rc) {
		work->ops->undo(work);
		return -rc;
	}
	ex->workers++;
	return 0;
}

int executor_enqueue(struct work *work, unsigned wanted)
{
	struct executor *ex = work->executor;
	unsigned spare;
	int rc = 0;

	executor_lock(ex);
	if (ex->shut_down) {
		rc = -ESHUTDOWN;
		goto out;
	}
	/* the idle ones that older work does not need */
	spare = ex->idle > ex->queued ? ex->idle - ex->queued : 0;
	while (wanted > spare && ex->workers < ex->max_workers) {
		if (start_worker(ex, work))
			break;
		wanted--;
	}
	if (wanted && !ex->workers)
		rc = -EAGAIN;
	else if (wanted)
		queue_append(ex, work, wanted);
out:
	unlock_and_wake(ex);
	return rc;
}

int executor_create(struct executor **out, unsigned max_workers)
{
	struct executor *ex;
	int rc;

	*out = NULL;
	if (!max_workers || max_workers > EXECUTOR_MAX_WORKERS)
		return -EINVAL;
	ex = calloc(1, sizeof(*ex) + max_workers * sizeof(ex->worker[0]));
	if (!ex)
		return -ENOMEM;
	ex->max_workers = max_workers;
	ex->queue.next = ex->queue.previous = &ex->queue;
	atomic_init(&ex->references, 1);
	rc = pthread_mutex_init(&ex->lock, NULL);
	if (rc)
		goto fail_lock;
	rc = pthread_mutex_init(&ex->joining, NULL);
	if (rc)
		goto fail_joining;
	rc = pthread_cond_init(&ex->work, NULL);
	if (rc)
		goto fail_work;
	*out = ex;
	return 0;
fail_work:
	(void)pthread_mutex_destroy(&ex->joining);
fail_joining:
	(void)pthread_mutex_destroy(&ex->lock);
fail_lock:
	free(ex);
	return -rc;
}

/* The queue, and what is left of the maps that are in hand. */
static void take_back_all(struct executor *ex)
{
	while (ex->queued)
		ex->queue.next->ops->take_back(ex->queue.next);
	for (unsigned i = 0; i < ex->workers; i++) {
		struct work *work = ex->worker[i].work;

		if (work)
			work->ops->take_back(work);
	}
}

static void join_all(struct executor *ex)
{
	(void)pthread_mutex_lock(&ex->joining);
	for (; ex->joined < ex->workers; ex->joined++)
		(void)pthread_join(ex->worker[ex->joined].thread, NULL);
	(void)pthread_mutex_unlock(&ex->joining);
}

int executor_shutdown(struct executor *ex, unsigned flags)
{
	if (flags & ~(unsigned)(EXECUTOR_NO_WAIT | EXECUTOR_CANCEL_FUTURES))
		return -EINVAL;
	executor_lock(ex);
	ex->shut_down = true;
	if (flags & EXECUTOR_CANCEL_FUTURES)
		take_back_all(ex);
	(void)pthread_cond_broadcast(&ex->work);
	executor_unlock(ex);
	if (flags & EXECUTOR_NO_WAIT)
		return 0;
	if (executor_is_here(ex))
		return -EDEADLK;
	join_all(ex);
	return 0;
}

void executor_free(struct executor *ex)
{
	if (ex && !executor_shutdown(ex, 0))
		executor_unref(ex);
}

void executor_unref(struct executor *ex)
{
	/* acq_rel: whoever frees sees all that the others did before */
	if (atomic_fetch_sub_explicit(
		    &ex->references, 1, memory_order_acq_rel) > 1)
		return;
	(void)pthread_cond_destroy(&ex->work);
	(void)pthread_mutex_destroy(&ex->joining);
	(void)pthread_mutex_destroy(&ex->lock);
	free(ex);
}

bool executor_is_here(const struct executor *ex)
{
	return here && here->executor == ex;
}

int executor_worker_index(void)
{
	return here ? (int)here->index : -1;
}
