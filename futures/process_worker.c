/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker process: takes a task from the ring, runs it, pushes it on the
 * stack, and sleeps when there is none. shared.h has the rules.
 *
 * All atomics here are seq_cst unless they say otherwise. Sleeping and waking
 * depend on this: if each of two processes stores one word and then reads the
 * other's, at least one sees what the other has stored. The cost is negligible.
 */
#include "futures/shared.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <unistd.h>

/* This process is a copy of a worker, by a fork of its task. */
static bool is_copy;

static void note_copy(void)
{
	is_copy = true;
}

_Noreturn static void leave(int status)
{
	(void)fflush(stdout);
	_exit(status);
}

static void call_keeper(struct process_pool *pool)
{
	/* the task has closed the descriptor, and results could not be told */
	if (futures_keeper_call(pool))
		leave(1);
}

static bool has_work(const void *arg)
{
	const struct shared *shared = arg;

	return atomic_load(&shared->head) != atomic_load(&shared->tail) ||
		atomic_load(&shared->end);
}

bool futures_shared_find(const struct process_pool *pool, uint64_t *position,
	struct task_record **record)
{
	struct shared *shared = pool->shared;
	uint64_t head = atomic_load(&shared->head);

	while (head != atomic_load(&shared->tail)) {
		uint64_t cell = atomic_load(&shared->cell[head % CELLS]);

		if (CELL_POSITION(cell) == head) {
			*record = record_of(pool, CELL_RECORD(cell));
			if (atomic_load(&(*record)->state) ==
				RECORD_STATE(head, 0, RECORD_QUEUED)) {
				*position = head;
				return true;
			}
		}
		/* taken or cancelled: moves on, unless another process has */
		if (atomic_compare_exchange_strong(
			    &shared->head, &head, head + 1))
			head++;
	}
	return false;
}

void futures_shared_wake(struct shared *shared, unsigned n, bool near)
{
	uint64_t tail;

	do {
		tail = atomic_load(&shared->tail);
		if (!atomic_load(&shared->asleep) ||
			atomic_load(&shared->head) == tail ||
			(atomic_exchange(&shared->waking, 1) && n == 1))
			return;
		atomic_fetch_add(&shared->wake, 1);
		if (near &&
			futures_futex_wake(
				&shared->wake, (int)n, true, futures_cpu_bit()))
			return;
		if (futures_futex_wake(&shared->wake, (int)n, true, ALL_BITS))
			return;
		/*
		 * No worker was asleep. One that is about to sleep sees the new
		 * `wake` and does not; one that died asleep must not leave
		 * `waking` set. A submitter that found it set meanwhile has
		 * relied on this call, so look again.
		 */
		atomic_store(&shared->waking, 0);
	} while (tail != atomic_load(&shared->tail));
}

void futures_shared_ring(struct shared *shared)
{
	atomic_fetch_add(&shared->bell, 1);
	(void)futures_futex_wake(&shared->bell, INT_MAX, true, ALL_BITS);
}

static bool keeper_is_wanted(struct shared *shared)
{
	switch ((enum notify)atomic_load(&shared->notify)) {
	case NOTIFY_NEVER:
		return false;
	case NOTIFY_LOW:
		return atomic_load(&shared->tail) - atomic_load(&shared->head) <
			LOW;
	case NOTIFY_EACH:
		return true;
	}
	return true;
}

static struct task_record *take(struct process_pool *pool, unsigned index)
{
	uint64_t position;
	struct task_record *record;

	while (futures_shared_find(pool, &position, &record)) {
		uint64_t queued = RECORD_STATE(position, 0, RECORD_QUEUED);

		if (!atomic_compare_exchange_strong(&record->state, &queued,
			    RECORD_STATE(position, index, RECORD_TAKEN)))
			continue;
		(void)atomic_compare_exchange_strong(
			&pool->shared->head, &position, position + 1);
		return record;
	}
	return NULL;
}

static void run(
	struct process_pool *pool, struct task_record *record, unsigned index)
{
	struct shared *shared = pool->shared;
	char *bytes = record_bytes(record);
	void *result = NULL;
	uint64_t state = atomic_load(&record->state);
	int code;
	unsigned number = (unsigned)(((char *)record - pool->records) /
		(ptrdiff_t)pool->record_size);

	code = record->fn(record->arg_size ? bytes : record->arg, &result);
	if (is_copy)
		_exit(0);
	record->code = code;
	record->result = result;
	record->result_at = -1;
	if (record->arg_size && (char *)result >= bytes &&
		(char *)result <= bytes + record->arg_size)
		record->result_at = (char *)result - bytes;
	atomic_store(
		&record->state, RECORD_STATE(state >> 16, index, RECORD_DONE));
	record->below = atomic_load(&shared->done);
	while (!atomic_compare_exchange_weak(
		&shared->done, &record->below, number + 1))
		;
	/* if this is another task's by now, futures_record_finish has rung */
	if (atomic_load(&record->awaited))
		futures_shared_ring(shared);
	if (keeper_is_wanted(shared) &&
		atomic_exchange(&shared->notify, NOTIFY_NEVER))
		call_keeper(pool);
}

static void sleep_idle(struct process_pool *pool, unsigned index)
{
	struct shared *shared = pool->shared;
	unsigned wake;

	/* until now the ring may have looked full of cancelled tasks */
	if (atomic_load(&shared->notify) == NOTIFY_LOW &&
		atomic_exchange(&shared->notify, NOTIFY_NEVER))
		call_keeper(pool);
	if (futures_spin_until(&shared->spin, has_work, shared))
		return;
	wake = atomic_load(&shared->wake);
	/* in this order, a death can leave `asleep` only too high */
	atomic_fetch_add(&shared->asleep, 1);
	atomic_store(&shared->is_asleep[index], 1);
	if (!has_work(shared)) {
		(void)futures_futex_wait(
			&shared->wake, wake, NEVER, true, futures_cpu_bit());
		/* before the look at the queue, see futures_shared_wake */
		atomic_store(&shared->waking, 0);
	}
	atomic_store(&shared->is_asleep[index], 0);
	atomic_fetch_sub(&shared->asleep, 1);
}

_Noreturn void futures_process_worker_run(
	struct process_pool *pool, unsigned index, pid_t parent)
{
	struct executor_options *options = &pool->base.options;
	struct shared *shared = pool->shared;

	/* the kernel kills it with its parent, which may have ended before */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	executor_enter(&pool->worker[index].base);
	/* note_copy has set it if a task on a process makes this executor */
	is_copy = false;
	/* the parent will write what it has buffered */
	__fpurge(stdout);
	if (pthread_atfork(NULL, NULL, note_copy))
		_exit(1);
	if (options->initializer &&
		options->initializer(options->initializer_arg))
		leave(1);
	call_keeper(pool); /* exits if it cannot, before it counts as ready */
	if (atomic_fetch_add(&shared->ready, 1) + 1 == options->max_workers)
		call_keeper(pool);
	while (!atomic_load(&shared->end)) {
		struct task_record *record = take(pool, index);

		if (record) {
			futures_shared_wake(shared, 1, false);
			run(pool, record, index);
		} else {
			sleep_idle(pool, index);
		}
	}
	leave(0);
}
