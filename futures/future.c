/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Futures: one task each, from submit to done.
 *
 *   PENDING -> RUNNING -> FINISHED      by the worker that runs the task
 *   PENDING -> CANCELLED                by future_cancel or shutdown
 *   PENDING, RUNNING -> FINISHED        when no worker is left to run it
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void future_destroy(struct future *f)
{
	struct executor *ex = f->work.executor;

	free(f);
	executor_unref(ex);
}

void future_complete(
	struct future *f, enum future_state state, struct deferred *deferred)
{
	int stored = (int)state;

	for (struct watch *watch = f->watches; watch; watch = watch->next)
		futures_inbox_put(watch, deferred);
	if (f->callbacks) {
		if (!deferred->calls)
			deferred->end = &deferred->calls;
		*deferred->end = f;
		f->work.next = NULL;
		deferred->end = (struct future **)&f->work.next;
		stored |= FUTURE_CALLING;
	} else if (f->orphan) {
		future_destroy(f);
		return;
	}
	/* release: pairs with the load in future_is_done */
	atomic_store_explicit(&f->state, stored, memory_order_release);
}

void future_end(struct future *f, int code, struct deferred *deferred)
{
	struct executor *ex = f->work.executor;

	f->work.code = code;
	f->result = NULL;
	if (ex->ops->ended)
		ex->ops->ended(f);
	future_complete(f,
		code == -ECANCELED ? FUTURE_CANCELLED : FUTURE_FINISHED,
		deferred);
}

static struct future *future_of(struct work *work)
{
	return (struct future *)work;
}

static void task_begin(struct work *work)
{
	/* relaxed: no other memory depends on this state */
	atomic_store_explicit(
		&future_of(work)->state, FUTURE_RUNNING, memory_order_relaxed);
	executor_make_room(work->executor);
}

static void task_undo(struct work *work)
{
	atomic_store_explicit(
		&future_of(work)->state, FUTURE_PENDING, memory_order_relaxed);
	work->executor->pending++;
}

static void task_perform(struct work *work, struct deferred *deferred)
{
	struct future *f = future_of(work);

	f->work.code = f->fn(f->arg, &f->result);
	executor_lock(work->executor);
	future_complete(f, FUTURE_FINISHED, deferred);
}

static void task_drop(struct work *work, int code, struct deferred *deferred)
{
	future_end(future_of(work), code, deferred);
}

static void task_take_back(
	struct work *work, int code, struct deferred *deferred)
{
	struct future *f = future_of(work);

	if (atomic_load_explicit(&f->state, memory_order_relaxed) !=
		FUTURE_PENDING)
		return;
	if (work->wanted) {
		executor_dequeue(work);
		executor_make_room(work->executor);
	} else if (!work->executor->ops->withdraw(f)) {
		return;
	}
	future_end(f, code, deferred);
}

static const struct work_ops task_ops = {
	.begin = task_begin,
	.undo = task_undo,
	.perform = task_perform,
	.drop = task_drop,
	.take_back = task_take_back,
};

struct future *future_create(
	struct executor *ex, task_fn *fn, void *arg, size_t arg_size)
{
	struct future *f = ex->ops->allocate(arg_size);

	if (!f)
		return NULL;
	*f = (struct future){.work = {.ops = &task_ops, .executor = ex},
		.fn = fn,
		.arg = arg,
		.state = FUTURE_PENDING};
	executor_ref(ex);
	return f;
}

enum future_state future_state(const struct future *f)
{
	struct executor *ex = f->work.executor;
	enum future_state state;

	if (ex->ops->collect && !future_is_done(f)) {
		struct deferred deferred = {0};

		executor_lock(ex);
		ex->ops->collect(ex, &deferred);
		state = ex->ops->peek(f);
		executor_unlock(ex, &deferred);
		return state;
	}
	return future_stored_state(f);
}

bool future_done(const struct future *f)
{
	if (future_is_done(f))
		return true;
	return f->work.executor->ops->collect &&
		future_state(f) >= FUTURE_CANCELLED;
}

bool future_running(const struct future *f)
{
	return future_state(f) == FUTURE_RUNNING;
}

bool future_cancelled(const struct future *f)
{
	return future_state(f) == FUTURE_CANCELLED;
}

bool future_cancel(struct future *f)
{
	struct executor *ex = f->work.executor;
	struct deferred deferred = {0};
	bool cancelled;

	executor_lock(ex);
	if (ex->ops->collect)
		ex->ops->collect(ex, &deferred);
	f->work.ops->take_back(&f->work, -ECANCELED, &deferred);
	/* before the unlock, which may call a callback that frees f */
	cancelled = future_stored_state(f) == FUTURE_CANCELLED;
	executor_unlock(ex, &deferred);
	return cancelled;
}

static bool is_done(const void *f)
{
	return future_is_done(f);
}

int future_await(struct future *f, int64_t deadline_ns)
{
	struct executor *ex = f->work.executor;
	struct inbox inbox;
	struct watch watch, *arrived;
	int rc;

	if (future_done(f))
		return 0;
	if (!deadline_ns)
		return -ETIMEDOUT;
	if (executor_is_here(ex))
		return -EDEADLK;
	if (ex->ops->await)
		return ex->ops->await(f, deadline_ns);
	if (futures_spin_until(&ex->spin, is_done, f))
		return 0;
	futures_inbox_init(&inbox);
	(void)futures_inbox_watch(&inbox, &watch, f);
	rc = futures_inbox_take(&inbox, deadline_ns, &arrived);
	futures_watch_end(&watch);
	/* f may have been done between the timeout and futures_watch_end */
	return future_is_done(f) ? 0 : rc;
}

static int await_within(struct future *f, int64_t timeout_ns)
{
	executor_note_results_wanted(f->work.executor);
	if (future_is_done(f)) /* saves a reading of the clock */
		return 0;
	return future_await(
		f, timeout_ns ? futures_deadline_in(timeout_ns) : 0);
}

int future_result(struct future *f, int64_t timeout_ns, void **result)
{
	int rc = await_within(f, timeout_ns);

	if (result)
		*result = rc ? NULL : f->result;
	return rc ? rc : f->work.code;
}

int future_exception(struct future *f, int64_t timeout_ns, int *code)
{
	int rc = await_within(f, timeout_ns);

	if (!rc && future_cancelled(f))
		rc = -ECANCELED;
	*code = rc ? 0 : f->work.code;
	return rc;
}

const char *future_describe(const struct future *f, char *buffer, size_t size)
{
	static const char *const name[] = {
		[FUTURE_PENDING] = "pending",
		[FUTURE_RUNNING] = "running",
		[FUTURE_CANCELLED] = "cancelled",
		[FUTURE_FINISHED] = "finished",
	};

	(void)snprintf(buffer, size, "<Future at %p state=%s>", (const void *)f,
		name[future_state(f)]);
	return buffer;
}

int future_add_done_callback(struct future *f, future_callback *fn, void *arg)
{
	struct executor *ex = f->work.executor;
	struct callback *new = malloc(sizeof(*new));
	struct deferred deferred = {0};
	bool done;

	if (!new)
		return -ENOMEM;
	*new = (struct callback){.fn = fn, .arg = arg};
	executor_lock(ex);
	if (ex->ops->collect_when_done && !future_is_done(f))
		ex->ops->collect_when_done(ex, &deferred);
	done = future_is_done(f);
	if (!done) {
		new->next = f->callbacks;
		f->callbacks = new;
	}
	executor_unlock(ex, &deferred);
	if (done) {
		free(new);
		fn(f, arg);
	}
	return 0;
}

/* f's callbacks have returned. Gives f to its owner, or frees it. */
static void called_back(struct future *f)
{
	struct executor *ex = f->work.executor;
	bool orphan;

	executor_lock(ex);
	orphan = f->orphan;
	if (!orphan) /* release: the owner may free it without the lock */
		atomic_fetch_and_explicit(
			&f->state, ~FUTURE_CALLING, memory_order_release);
	(void)pthread_mutex_unlock(&ex->lock);
	if (orphan)
		future_destroy(f);
}

/* Takes f's callbacks from it, oldest first. */
static struct callback *take_callbacks(struct future *f)
{
	struct callback *newest = f->callbacks, *oldest = NULL;

	f->callbacks = NULL;
	while (newest) {
		struct callback *older = newest->next;

		newest->next = oldest;
		oldest = newest;
		newest = older;
	}
	return oldest;
}

void futures_call_back(struct deferred *deferred)
{
	struct future *f = deferred->calls;

	deferred->calls = NULL;
	while (f) {
		struct future *next = (struct future *)f->work.next;
		struct callback *callback = take_callbacks(f);

		while (callback) {
			struct callback *later = callback->next;

			callback->fn(f, callback->arg);
			free(callback);
			callback = later;
		}
		called_back(f);
		f = next;
	}
}

void future_free(struct future *f)
{
	struct executor *ex;
	int state;

	if (!f)
		return;
	ex = f->work.executor;
	/* acquire: as in future_stored_state */
	state = atomic_load_explicit(&f->state, memory_order_acquire);
	if (state != FUTURE_CANCELLED && state != FUTURE_FINISHED) {
		executor_lock(ex);
		state = atomic_load_explicit(&f->state, memory_order_relaxed);
		f->orphan = true;
		(void)pthread_mutex_unlock(&ex->lock);
	}
	if (state == FUTURE_CANCELLED || state == FUTURE_FINISHED)
		future_destroy(f);
}
