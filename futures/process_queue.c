/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process executor's tasks, seen from the parent: they move from the
 * executor's queue to slots that the workers see, and from there, done, to
 * their futures. A caller that looks at a future collects what is done; only
 * when nobody looks, but somebody counts on it (a watch, a callback, tasks for
 * which there was no slot), does the keeper of processes.c do it. tests/model
 * checks that nobody is left waiting.
 */
#include "futures/shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct future *futures_processes_allocate(size_t arg_size)
{
	struct process_future *f = malloc(sizeof(*f));

	if (!f)
		return NULL;
	f->arg_size = arg_size;
	f->slot = 0;
	f->awaited = 0;
	return &f->base;
}

static struct slot *slot_of_future(
	const struct process_pool *pool, const struct future *f)
{
	return slot_of(pool, process_future_of(f)->slot - 1);
}

void futures_slot_give_back(struct process_pool *pool, struct future *f)
{
	unsigned number = process_future_of(f)->slot - 1;

	atomic_store(&slot_of(pool, number)->state,
		SLOT_STATE((uint64_t)0, 0, SLOT_FREE));
	pool->free[pool->n_free++] = number;
	pool->held[number] = NULL;
	pool->in_slots--;
	process_future_of(f)->slot = 0;
	executor_make_room(&pool->base);
}

/* Puts the oldest work of the queue into a slot, and that into the ring. */
static void feed_one(struct process_pool *pool, uint64_t tail)
{
	struct work *work = pool->base.queue.next;
	struct process_future *f = (struct process_future *)work;
	unsigned number = pool->free[--pool->n_free];
	struct slot *slot = slot_of(pool, number);

	executor_dequeue(work);
	f->slot = number + 1;
	pool->held[number] = &f->base;
	pool->in_slots++;
	slot->fn = f->base.fn;
	slot->arg = f->base.arg;
	slot->arg_size = f->arg_size;
	atomic_store_explicit(
		&slot->awaited, f->awaited != 0, memory_order_relaxed);
	if (f->arg_size)
		memcpy(slot_bytes(slot), f->base.arg, f->arg_size);
	atomic_store(&slot->state, SLOT_STATE(tail, 0, SLOT_QUEUED));
	atomic_store(&pool->shared->cell[tail % CELLS], CELL(tail, number));
	atomic_store(&pool->shared->tail, tail + 1);
}

static void feed(struct process_pool *pool)
{
	struct shared *shared = pool->shared;
	uint64_t tail = atomic_load(&shared->tail);

	while (has_queued(&pool->base) && pool->n_free) {
		if (tail - atomic_load(&shared->head) == CELLS) {
			uint64_t position;
			struct slot *slot;

			/* cells of cancelled tasks may be in the way */
			(void)futures_shared_find(pool, &position, &slot);
			if (tail - atomic_load(&shared->head) == CELLS)
				break;
		}
		feed_one(pool, tail++);
	}
}

/* A worker has run the task of f. */
void futures_slot_finish(
	struct process_pool *pool, struct future *f, struct after *after)
{
	struct slot *slot = slot_of_future(pool, f);
	size_t arg_size = process_future_of(f)->arg_size;

	f->work.code = slot->code;
	f->result = slot->result;
	if (slot->result_at >= 0)
		f->result = (char *)f->arg + slot->result_at;
	if (arg_size)
		memcpy(f->arg, slot_bytes(slot), arg_size);
	futures_slot_give_back(pool, f);
	futures_processes_ended(f);
	future_complete(f, FUTURE_FINISHED, after);
}

/*
 * Callbacks are left to the keeper: who happens to collect may hold a lock that
 * they take, or be inside another one.
 */
static void leave_to_keeper(struct process_pool *pool, struct after *done)
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

void futures_processes_collect(struct executor *ex, struct after *after)
{
	struct process_pool *pool = process_pool_of(ex);
	struct after done = {.bell = after->bell};
	unsigned newest = 0, oldest = 0;

	if (atomic_load(&pool->shared->done))
		newest = atomic_exchange(&pool->shared->done, 0);
	while (newest) { /* turn it round: they complete in order */
		struct slot *slot = slot_of(pool, newest - 1);
		unsigned below = slot->below;

		slot->below = oldest;
		oldest = newest;
		newest = below;
	}
	while (oldest) {
		struct future *f = pool->held[oldest - 1];

		oldest = slot_of(pool, oldest - 1)->below;
		futures_slot_finish(pool, f, &done);
	}
	after->bell = done.bell;
	leave_to_keeper(pool, &done);
	if (has_queued(ex))
		feed(pool);
}

enum future_state futures_processes_peek(const struct future *f)
{
	struct process_pool *pool = process_pool_of(f->work.executor);
	uint64_t state;

	if (future_is_done(f) || !process_future_of(f)->slot)
		return future_stored_state(f);
	state = atomic_load(&slot_of_future(pool, f)->state);
	return SLOT_KIND(state) == SLOT_QUEUED ? FUTURE_PENDING
					       : FUTURE_RUNNING;
}

/* The keeper is to collect until all is done. */
void futures_processes_attend(struct executor *ex, struct after *after)
{
	struct process_pool *pool = process_pool_of(ex);

	pool->attended = true;
	/* before the look at what is done, as in run: notify after the push */
	atomic_store(&pool->shared->notify, NOTIFY_EACH);
	futures_processes_collect(ex, after);
}

void futures_processes_feed(struct executor *ex, struct after *after)
{
	struct shared *shared = process_pool_of(ex)->shared;

	/* before the look, as above; who clears EACH will have it set again */
	if (!atomic_load(&shared->notify))
		atomic_store(&shared->notify, NOTIFY_LOW);
	futures_processes_collect(ex, after);
}

int futures_processes_place(
	struct work *work, unsigned wanted, struct after *after)
{
	struct executor *ex = work->executor;

	executor_append(ex, work, wanted);
	if (process_pool_of(ex)->n_free)
		feed(process_pool_of(ex));
	if (has_queued(ex))
		futures_processes_feed(ex, after);
	return 0;
}

unsigned futures_processes_must_wake(struct executor *ex, bool all)
{
	struct shared *shared = process_pool_of(ex)->shared;
	unsigned asleep = atomic_load(&shared->asleep);
	uint64_t n = atomic_load(&shared->tail) - atomic_load(&shared->head);

	if (n > asleep)
		n = asleep;
	return n && !all ? 1 : (unsigned)n;
}

void futures_processes_wake(struct executor *ex, unsigned n, bool near)
{
	futures_shared_wake(process_pool_of(ex)->shared, n, near);
}

bool futures_processes_has_one(struct executor *ex)
{
	return process_pool_of(ex)->in_slots +
		atomic_load_explicit(&ex->queued, memory_order_relaxed) ==
		1;
}

bool futures_processes_recall(struct future *f)
{
	struct process_pool *pool = process_pool_of(f->work.executor);
	struct slot *slot = slot_of_future(pool, f);
	uint64_t state = atomic_load(&slot->state);

	if (SLOT_KIND(state) != SLOT_QUEUED ||
		!atomic_compare_exchange_strong(&slot->state, &state,
			SLOT_STATE((uint64_t)0, 0, SLOT_FREE)))
		return false;
	futures_slot_give_back(pool, f);
	return true;
}

/* Done without a worker, or its worker may not see any more who awaits it. */
void futures_processes_ended(struct future *f)
{
	struct executor *ex = f->work.executor;
	struct process_pool *pool = process_pool_of(ex);

	if (process_future_of(f)->awaited)
		futures_shared_ring(pool->shared);
	/* no worker will tell the keeper that this was the last */
	if (ex->shut_down && !pool->in_slots && !has_queued(ex))
		(void)futures_keeper_call(pool);
}

void futures_processes_take_back_all(
	struct executor *ex, int code, struct after *after)
{
	struct process_pool *pool = process_pool_of(ex);

	for (unsigned i = 0; i < SLOTS; i++) {
		struct future *f = pool->held[i];

		if (f)
			f->work.ops->take_back(&f->work, code, after);
	}
	while (has_queued(ex))
		ex->queue.next->ops->take_back(ex->queue.next, code, after);
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
	struct after after = {0};
	bool done;

	executor_lock(ex);
	futures_processes_collect(ex, &after);
	done = future_is_done(f);
	executor_unlock(ex, &after);
	return done;
}

/*
 * Locked. Has f's worker ring; false if something is done that may be f. The
 * flag is set before the look, as run pushes before it looks at the flag.
 */
static bool may_sleep(struct future *f)
{
	struct process_pool *pool = process_pool_of(f->work.executor);

	process_future_of(f)->awaited++;
	if (process_future_of(f)->slot)
		atomic_store(&slot_of_future(pool, f)->awaited, 1);
	return !atomic_load(&pool->shared->done);
}

int futures_processes_await(struct future *f, int64_t deadline_ns)
{
	struct executor *ex = f->work.executor;
	struct shared *shared = process_pool_of(ex)->shared;
	struct after after = {0};
	int rc = 0;

	if (futures_spin_until(&ex->spin, may_be_done, f) &&
		collect_and_look(f))
		return 0;
	executor_lock(ex);
	futures_processes_collect(ex, &after);
	while (!future_is_done(f) && !rc) {
		/* all rings are by now, or under the lock, or see the flag */
		unsigned bell = atomic_load(&shared->bell);

		if (may_sleep(f)) {
			after.waits = true;
			executor_unlock(ex, &after);
			rc = futures_futex_wait(&shared->bell, bell,
				deadline_ns, true, ALL_BITS);
			executor_lock(ex);
		}
		process_future_of(f)->awaited--;
		futures_processes_collect(ex, &after);
	}
	if (future_is_done(f))
		rc = 0;
	executor_unlock(ex, &after);
	return rc;
}
