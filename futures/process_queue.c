/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tasks of a process executor, as the parent sees them. They move from the
 * executor's queue to records that the workers see, and when they are done,
 * from there to their futures. Usually the thread that asks for a future
 * collects what is done. The keeper of processes.c collects when no thread asks
 * but something depends on it: a watch, a callback, or tasks that wait for a
 * record. tests/model checks that no waiter is forgotten.
 */
#include "futures/shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct future *processes_allocate(size_t arg_size)
{
	struct process_future *f = malloc(sizeof(*f));

	if (!f)
		return NULL;
	f->arg_size = arg_size;
	f->record = 0;
	f->awaited = 0;
	return &f->base;
}

static struct task_record *record_of_future(
	const struct process_pool *pool, const struct future *f)
{
	return record_of(pool, process_future_of(f)->record - 1);
}

void futures_record_give_back(struct process_pool *pool, struct future *f)
{
	unsigned number = process_future_of(f)->record - 1;

	atomic_store(&record_of(pool, number)->state,
		RECORD_STATE((uint64_t)0, 0, RECORD_FREE));
	pool->free[pool->n_free++] = number;
	pool->held[number] = NULL;
	pool->records_used--;
	process_future_of(f)->record = 0;
	executor_make_room(&pool->base);
}

/*
 * Puts the oldest task of the queue into a record, and the record in the ring.
 */
static void feed_one(struct process_pool *pool, uint64_t tail)
{
	struct work *work = pool->base.queue.next;
	struct process_future *f = (struct process_future *)work;
	unsigned number = pool->free[--pool->n_free];
	struct task_record *record = record_of(pool, number);

	executor_dequeue(work);
	f->record = number + 1;
	pool->held[number] = &f->base;
	pool->records_used++;
	record->fn = f->base.fn;
	record->arg = f->base.arg;
	record->arg_size = f->arg_size;
	atomic_store_explicit(
		&record->awaited, f->awaited != 0, memory_order_relaxed);
	if (f->arg_size)
		memcpy(record_bytes(record), f->base.arg, f->arg_size);
	atomic_store(&record->state, RECORD_STATE(tail, 0, RECORD_QUEUED));
	atomic_store(&pool->shared->cell[tail % CELLS], CELL(tail, number));
	atomic_store(&pool->shared->tail, tail + 1);
}

static void feed(struct process_pool *pool)
{
	struct shared *shared = pool->shared;
	uint64_t tail = atomic_load(&shared->tail);

	while (executor_queued(&pool->base) && pool->n_free) {
		if (tail - atomic_load(&shared->head) == CELLS) {
			uint64_t position;
			struct task_record *record;

			/* cells of cancelled tasks may still fill the ring */
			(void)futures_shared_find(pool, &position, &record);
			if (tail - atomic_load(&shared->head) == CELLS)
				break;
		}
		feed_one(pool, tail++);
	}
}

/*
 * f is done without a worker; or its record has been given back, so its worker
 * may not see any more that it is awaited.
 */
static void processes_ended(struct future *f)
{
	struct executor *ex = f->work.executor;
	struct process_pool *pool = process_pool_of(ex);

	if (process_future_of(f)->awaited)
		futures_shared_ring(pool->shared);
	/* no worker will call the keeper after the last task */
	if (ex->shut_down && !pool->records_used && !executor_queued(ex))
		(void)futures_keeper_call(pool);
}

void futures_record_finish(
	struct process_pool *pool, struct future *f, struct deferred *deferred)
{
	struct task_record *record = record_of_future(pool, f);
	size_t arg_size = process_future_of(f)->arg_size;

	f->work.code = record->code;
	f->result = record->result;
	if (record->result_at >= 0)
		f->result = (char *)f->arg + record->result_at;
	if (arg_size)
		memcpy(f->arg, record_bytes(record), arg_size);
	futures_record_give_back(pool, f);
	processes_ended(f);
	future_complete(f, FUTURE_FINISHED, deferred);
}

/*
 * The keeper calls the callbacks, because the thread that happens to collect
 * may hold a lock of the program that they take, or run inside another
 * callback.
 */
static void leave_to_keeper(struct process_pool *pool, struct deferred *done)
{
	if (!done->calls)
		return;
	if (pool->due.calls) {
		*pool->due.end = done->calls;
	} else {
		pool->due.calls = done->calls;
		(void)futures_keeper_call(pool);
	}
	pool->due.end = done->end;
}

void futures_processes_collect(struct executor *ex, struct deferred *deferred)
{
	struct process_pool *pool = process_pool_of(ex);
	struct deferred done = {.bell = deferred->bell};
	unsigned newest = 0, oldest = 0;

	if (atomic_load(&pool->shared->done))
		newest = atomic_exchange(&pool->shared->done, 0);
	while (newest) { /* reversed, so that they complete in order */
		struct task_record *record = record_of(pool, newest - 1);
		unsigned below = record->below;

		record->below = oldest;
		oldest = newest;
		newest = below;
	}
	while (oldest) {
		struct future *f = pool->held[oldest - 1];

		oldest = record_of(pool, oldest - 1)->below;
		futures_record_finish(pool, f, &done);
	}
	deferred->bell = done.bell;
	leave_to_keeper(pool, &done);
	if (executor_queued(ex))
		feed(pool);
}

static enum future_state processes_peek(const struct future *f)
{
	struct process_pool *pool = process_pool_of(f->work.executor);
	uint64_t state;

	if (future_is_done(f) || !process_future_of(f)->record)
		return future_stored_state(f);
	state = atomic_load(&record_of_future(pool, f)->state);
	return RECORD_KIND(state) == RECORD_QUEUED ? FUTURE_PENDING
						   : FUTURE_RUNNING;
}

void futures_processes_collect_when_done(
	struct executor *ex, struct deferred *deferred)
{
	struct process_pool *pool = process_pool_of(ex);

	pool->collects_when_done = true;
	/*
	 * before the look at `done`, as a worker pushes before it reads notify
	 */
	atomic_store(&pool->shared->notify, NOTIFY_EACH);
	futures_processes_collect(ex, deferred);
}

void futures_processes_feed(struct executor *ex, struct deferred *deferred)
{
	struct shared *shared = process_pool_of(ex)->shared;

	/* likewise; the keeper, which was called, sets it again if need be */
	if (!atomic_load(&shared->notify))
		atomic_store(&shared->notify, NOTIFY_LOW);
	futures_processes_collect(ex, deferred);
}

static int processes_place(
	struct work *work, unsigned wanted, struct deferred *deferred)
{
	struct executor *ex = work->executor;

	executor_append(ex, work, wanted);
	if (process_pool_of(ex)->n_free)
		feed(process_pool_of(ex));
	if (executor_queued(ex))
		futures_processes_feed(ex, deferred);
	return 0;
}

static unsigned processes_must_wake(struct executor *ex, bool all)
{
	struct shared *shared = process_pool_of(ex)->shared;
	unsigned asleep = atomic_load(&shared->asleep);
	uint64_t n = atomic_load(&shared->tail) - atomic_load(&shared->head);

	if (n > asleep)
		n = asleep;
	return n && !all ? 1 : (unsigned)n;
}

static void processes_wake(struct executor *ex, unsigned n, bool near)
{
	futures_shared_wake(process_pool_of(ex)->shared, n, near);
}

static bool processes_has_one_task(struct executor *ex)
{
	return process_pool_of(ex)->records_used + executor_queued(ex) == 1;
}

static bool processes_withdraw(struct future *f)
{
	struct process_pool *pool = process_pool_of(f->work.executor);
	struct task_record *record = record_of_future(pool, f);
	uint64_t state = atomic_load(&record->state);

	if (RECORD_KIND(state) != RECORD_QUEUED ||
		!atomic_compare_exchange_strong(&record->state, &state,
			RECORD_STATE((uint64_t)0, 0, RECORD_FREE)))
		return false;
	futures_record_give_back(pool, f);
	return true;
}

static void processes_take_back_all(
	struct executor *ex, int code, struct deferred *deferred)
{
	struct process_pool *pool = process_pool_of(ex);

	for (unsigned i = 0; i < RECORDS; i++) {
		struct future *f = pool->held[i];

		if (f)
			f->work.ops->take_back(&f->work, code, deferred);
	}
	while (executor_queued(ex))
		ex->queue.next->ops->take_back(ex->queue.next, code, deferred);
}

static bool may_be_done(const void *arg)
{
	const struct future *f = arg;

	return future_is_done(f) ||
		atomic_load(&process_pool_of(f->work.executor)->shared->done);
}

static bool collect_and_look(struct future *f)
{
	struct executor *ex = f->work.executor;
	struct deferred deferred = {0};
	bool done;

	executor_lock(ex);
	futures_processes_collect(ex, &deferred);
	done = future_is_done(f);
	executor_unlock(ex, &deferred);
	return done;
}

/*
 * Locked. Has f's worker ring when f is done. Returns false if a task is done
 * by now, which may be f's. The flag is set before the look at `done`, as a
 * worker pushes before it reads the flag.
 */
static bool may_sleep(struct future *f)
{
	struct process_pool *pool = process_pool_of(f->work.executor);

	process_future_of(f)->awaited++;
	if (process_future_of(f)->record)
		atomic_store(&record_of_future(pool, f)->awaited, 1);
	return !atomic_load(&pool->shared->done);
}

static int processes_await(struct future *f, int64_t deadline_ns)
{
	struct executor *ex = f->work.executor;
	struct shared *shared = process_pool_of(ex)->shared;
	struct deferred deferred = {0};
	int rc = 0;

	if (futures_spin_until(&ex->spin, may_be_done, f) &&
		collect_and_look(f))
		return 0;
	executor_lock(ex);
	futures_processes_collect(ex, &deferred);
	while (!future_is_done(f) && !rc) {
		/* a later ring changes the bell, or its worker sees the flag */
		unsigned bell = atomic_load(&shared->bell);

		if (may_sleep(f)) {
			deferred.waits = true;
			executor_unlock(ex, &deferred);
			rc = futures_futex_wait(&shared->bell, bell,
				deadline_ns, true, ALL_BITS);
			executor_lock(ex);
		}
		process_future_of(f)->awaited--;
		futures_processes_collect(ex, &deferred);
	}
	if (future_is_done(f))
		rc = 0;
	executor_unlock(ex, &deferred);
	return rc;
}

const struct pool_ops futures_process_ops = {
	.place = processes_place,
	.must_wake = processes_must_wake,
	.wake = processes_wake,
	.has_one_task = processes_has_one_task,
	.take_back_all = processes_take_back_all,
	.end = futures_processes_end,
	.join = futures_processes_join,
	.release = futures_processes_release,
	.allocate = processes_allocate,
	.collect = futures_processes_collect,
	.peek = processes_peek,
	.collect_when_done = futures_processes_collect_when_done,
	.withdraw = processes_withdraw,
	.ended = processes_ended,
	.await = processes_await,
};
