/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Workers that are threads: when they sleep, and who wakes them.
 *
 * A worker is started on demand, with its first task, so that the task is
 * running when submit returns; it stays until shutdown. It completes a task and
 * takes the next one under one hold of the lock.
 *
 * A submit wakes at most one worker, and none while one is waking. A woken
 * worker wakes the next one, as long as there is work and an idle worker. So
 * whenever the lock is free: if queued > spinning and asleep > 0, then
 * waking > 0 (tests/model checks this). It keeps submitting cheap, but a woken
 * worker that gets no CPU delays the others. So a thread that is about to wait
 * wakes as many workers as there is work for.
 */
#include "futures/internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct thread_worker {
	struct worker base;
	pthread_t thread;
	struct work *work; /* locked: what it has taken, or NULL */
};

struct thread_pool {
	struct executor base; /* first: a pool is found by its executor */
	atomic_uint bell;     /* futex of idle workers; locked writes */
	unsigned asleep;      /* workers on that futex, or just woken from it */
	unsigned spinning;    /* idle workers that spin */
	unsigned waking;      /* of those asleep: were told to wake */
	unsigned workers;     /* started */
	unsigned joined;      /* `joining` guards it */
	pthread_attr_t attributes;     /* of each thread */
	struct thread_worker worker[]; /* max_workers */
};

static struct thread_pool *pool_of(struct executor *ex)
{
	return (struct thread_pool *)ex;
}

/* Locked. relaxed: the lock orders the writes, and the futex compares. */
static void ring(struct thread_pool *pool)
{
	(void)atomic_fetch_add_explicit(&pool->bell, 1, memory_order_relaxed);
}

/* Locked at the call and the return. Sleeps until the bell rings. */
static void sleep_idle(struct thread_pool *pool)
{
	unsigned bell = atomic_load_explicit(&pool->bell, memory_order_relaxed);

	(void)pthread_mutex_unlock(&pool->base.lock);
	(void)futures_futex_wait(
		&pool->bell, bell, NEVER, false, futures_cpu_bit());
	executor_lock(&pool->base);
}

static unsigned threads_must_wake(struct executor *ex, bool all)
{
	struct thread_pool *pool = pool_of(ex);
	unsigned n = executor_queued(ex);

	n = n > pool->spinning ? n - pool->spinning : 0;
	if (n > pool->asleep)
		n = pool->asleep;
	if (n && !all)
		n = 1;
	n = n > pool->waking ? n - pool->waking : 0;
	pool->waking += n;
	if (n)
		ring(pool);
	return n;
}

/*
 * A worker that has read `bell` but has not yet called futex_wait wakes too. It
 * does the work as well as one of the n.
 */
static void threads_wake(struct executor *ex, unsigned n, bool near)
{
	atomic_uint *bell = &pool_of(ex)->bell;

	if (!near ||
		!futures_futex_wake(bell, (int)n, false, futures_cpu_bit()))
		(void)futures_futex_wake(bell, (int)n, false, ALL_BITS);
}

static bool threads_has_one_task(struct executor *ex)
{
	const struct thread_pool *pool = pool_of(ex);

	return executor_queued(ex) + pool->workers - pool->asleep -
		pool->spinning ==
		1;
}

static bool has_work(const void *ex)
{
	return executor_queued(ex) > 0;
}

/* Locked at the call and the return. Waits for work, or for the shutdown. */
static void await_work(struct thread_pool *pool, struct deferred *deferred)
{
	struct executor *ex = &pool->base;

	while (!executor_queued(ex) && !ex->shut_down) {
		/* relaxed: see futures_spin_until */
		if (deferred->bell ||
			atomic_load_explicit(&ex->spin, memory_order_relaxed)) {
			/* counted as idle before the woken waiter submits */
			pool->spinning++;
			executor_unlock(ex, deferred);
			(void)futures_spin_until(&ex->spin, has_work, ex);
			executor_lock(ex);
			pool->spinning--;
			if (executor_queued(ex) || ex->shut_down)
				continue;
		}
		pool->asleep++;
		sleep_idle(pool);
		pool->asleep--;
		/* after a spurious wake-up too: a worker is looking now */
		if (pool->waking)
			pool->waking--;
	}
}

/* Locked; unlocks. Takes the next work. Returns false after the last. */
static bool worker_next(struct thread_worker *self, struct deferred *deferred)
{
	struct executor *ex = self->base.executor;
	struct work *work = NULL;

	/* in the hold of the lock that completed it: it may be freed now */
	self->work = NULL;
	if (deferred->calls) {
		executor_unlock(ex, deferred);
		executor_lock(ex);
	}
	await_work(pool_of(ex), deferred);
	if (executor_queued(ex)) {
		self->work = work = ex->queue.next;
		if (work->wanted == 1) {
			executor_dequeue(work);
		} else {
			work->wanted--;
			atomic_store_explicit(&ex->queued,
				executor_queued(ex) - 1, memory_order_relaxed);
		}
		work->ops->begin(work);
	}
	executor_unlock(ex, deferred);
	return work != NULL;
}

static void set_name(const struct worker *self)
{
	const char *prefix = self->executor->options.thread_name_prefix;
	char name[16], number[12]; /* pthread_setname_np(3): 16 at most */
	int room;

	if (!prefix)
		return;
	room = (int)sizeof(name) - 1 -
		snprintf(number, sizeof(number), "_%d", self->index);
	(void)snprintf(name, sizeof(name), "%.*s%.11s", room, prefix, number);
	(void)pthread_setname_np(pthread_self(), name);
}

/* Returns false if the initialiser fails; the executor is then broken. */
static bool worker_initialise(struct thread_worker *self)
{
	struct executor *ex = self->base.executor;
	struct deferred deferred = {0};

	set_name(&self->base);
	if (!ex->options.initializer ||
		!ex->options.initializer(ex->options.initializer_arg))
		return true;
	executor_lock(ex);
	executor_break(ex, &deferred);
	self->work->ops->drop(self->work, -EPIPE, &deferred);
	self->work = NULL;
	executor_unlock(ex, &deferred);
	return false;
}

static void *worker_main(void *arg)
{
	struct thread_worker *self = arg;
	struct deferred deferred = {0};

	executor_enter(&self->base);
	if (!worker_initialise(self))
		return NULL;
	do {
		self->work->ops->perform(self->work, &deferred);
	} while (worker_next(self, &deferred));
	return NULL;
}

static int start_worker(struct thread_pool *pool, struct work *work)
{
	struct thread_worker *worker = &pool->worker[pool->workers];
	int rc;

	*worker = (struct thread_worker){
		.base = {.executor = &pool->base, .index = (int)pool->workers},
		.work = work};
	work->ops->begin(work);
	rc = pthread_create(
		&worker->thread, &pool->attributes, worker_main, worker);
	if (rc) {
		work->ops->undo(work);
		return -rc;
	}
	pool->workers++;
	return 0;
}

static int threads_place(
	struct work *work, unsigned wanted, struct deferred *deferred)
{
	struct executor *ex = work->executor;
	struct thread_pool *pool = pool_of(ex);
	unsigned idle = pool->asleep + pool->spinning, spare;

	(void)deferred;
	/* idle workers that older work does not need */
	spare = idle > executor_queued(ex) ? idle - executor_queued(ex) : 0;
	while (wanted > spare && pool->workers < ex->options.max_workers) {
		int rc = start_worker(pool, work);

		/* not fewer workers than asked for: that is another executor */
		if (rc)
			return rc;
		wanted--;
	}
	if (wanted)
		executor_append(ex, work, wanted);
	return 0;
}

/* Work in the queue, and the rest of the maps that workers have taken. */
static void threads_take_back_all(
	struct executor *ex, int code, struct deferred *deferred)
{
	struct thread_pool *pool = pool_of(ex);

	while (executor_queued(ex))
		ex->queue.next->ops->take_back(ex->queue.next, code, deferred);
	for (unsigned i = 0; i < pool->workers; i++) {
		struct work *work = pool->worker[i].work;

		if (work)
			work->ops->take_back(work, code, deferred);
	}
}

static void threads_end(struct executor *ex)
{
	ring(pool_of(ex));
	(void)futures_futex_wake(&pool_of(ex)->bell, INT_MAX, false, ALL_BITS);
}

static void threads_join(struct executor *ex)
{
	struct thread_pool *pool = pool_of(ex);

	for (; pool->joined < pool->workers; pool->joined++)
		(void)pthread_join(pool->worker[pool->joined].thread, NULL);
}

static void threads_release(struct executor *ex)
{
	(void)pthread_attr_destroy(&pool_of(ex)->attributes);
	executor_release(ex);
	free(pool_of(ex));
}

static struct future *threads_allocate(size_t arg_size)
{
	(void)arg_size; /* nothing is copied: tasks get arg itself */
	return malloc(sizeof(struct future));
}

static const struct pool_ops thread_ops = {
	.place = threads_place,
	.must_wake = threads_must_wake,
	.wake = threads_wake,
	.has_one_task = threads_has_one_task,
	.take_back_all = threads_take_back_all,
	.end = threads_end,
	.join = threads_join,
	.release = threads_release,
	.allocate = threads_allocate,
};

int futures_threads_create(
	struct executor **out, const struct executor_options *options)
{
	struct thread_pool *pool = executor_allocate(
		sizeof(*pool) + options->max_workers * sizeof(pool->worker[0]));
	int rc;

	if (!pool)
		return -ENOMEM;
	rc = -pthread_attr_init(&pool->attributes);
	if (rc)
		goto fail;
	if (options->stack_size)
		rc = -pthread_attr_setstacksize(
			&pool->attributes, options->stack_size);
	if (!rc)
		rc = executor_init(&pool->base, &thread_ops, options);
	if (!rc) {
		*out = &pool->base;
		return 0;
	}
	(void)pthread_attr_destroy(&pool->attributes);
fail:
	free(pool);
	return rc;
}
