/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Futures: one task each, from submit to done. Queueing is executor.c's.
 *
 *   PENDING -> RUNNING -> FINISHED      by the worker that has it
 *   PENDING -> CANCELLED                by future_cancel or shutdown
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void future_destroy(struct future *f)
{
	struct executor *ex = f->work.executor;

	free(f);
	executor_unref(ex);
}

/* Lock held. f is the owner's alone when this returns. */
static void future_complete(struct future *f, enum future_state state)
{
	for (struct watch *watch = f->watches; watch; watch = watch->next)
		inbox_put(watch);
	if (f->orphan)
		future_destroy(f);
	else /* release: pairs with the load in future_state */
		atomic_store_explicit(&f->state, state, memory_order_release);
}

static struct future *future_of(struct work *work)
{
	return (struct future *)work;
}

static void task_begin(struct work *work)
{
	/* relaxed: it tells nobody anything but itself */
	atomic_store_explicit(
		&future_of(work)->state, FUTURE_RUNNING, memory_order_relaxed);
}

static void task_undo(struct work *work)
{
	atomic_store_explicit(
		&future_of(work)->state, FUTURE_PENDING, memory_order_relaxed);
}

static void task_perform(struct work *work)
{
	struct future *f = future_of(work);

	f->code = f->fn(f->arg, &f->result);
	executor_lock(work->executor);
	future_complete(f, FUTURE_FINISHED);
}

static void task_take_back(struct work *work)
{
	struct future *f = future_of(work);

	if (future_state(f) != FUTURE_PENDING)
		return;
	executor_dequeue(work);
	f->code = -ECANCELED;
	future_complete(f, FUTURE_CANCELLED);
}

static const struct work_ops task_ops = {
	.begin = task_begin,
	.undo = task_undo,
	.perform = task_perform,
	.take_back = task_take_back,
};

int executor_submit(
	struct executor *ex, task_fn *fn, void *arg, struct future **out)
{
	struct future *f = malloc(sizeof(*f));
	int rc;

	if (out)
		*out = NULL;
	if (!f)
		return -ENOMEM;
	*f = (struct future){.work = {.ops = &task_ops, .executor = ex},
		.fn = fn,
		.arg = arg,
		.state = FUTURE_PENDING,
		.orphan = !out};
	/* relaxed: the caller holds a reference all the while */
	atomic_fetch_add_explicit(&ex->references, 1, memory_order_relaxed);
	rc = executor_enqueue(&f->work, 1);
	if (rc)
		future_destroy(f);
	else if (out)
		*out = f;
	return rc;
}

enum future_state future_state(const struct future *f)
{
	/* acquire: a done future's code, result and effects are visible */
	return (enum future_state)atomic_load_explicit(
		&f->state, memory_order_acquire);
}

bool future_done(const struct future *f)
{
	enum future_state state = future_state(f);

	return state == FUTURE_CANCELLED || state == FUTURE_FINISHED;
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

	executor_lock(ex);
	task_take_back(&f->work);
	executor_unlock(ex);
	return future_cancelled(f);
}

/* Returns 0 once f is done, -ETIMEDOUT, -EDEADLK or -ENOMEM. */
static int future_await(struct future *f, int64_t timeout_ns)
{
	struct inbox inbox;
	struct watch watch, *arrived;
	int rc;

	if (future_done(f))
		return 0;
	if (!timeout_ns)
		return -ETIMEDOUT;
	if (executor_is_here(f->work.executor))
		return -EDEADLK;
	rc = inbox_init(&inbox);
	if (rc)
		return rc;
	(void)inbox_watch(&inbox, &watch, f);
	rc = inbox_take(&inbox, timeout_ns, &arrived);
	watch_end(&watch);
	inbox_release(&inbox);
	/* it may have been done between the timeout and watch_end */
	return future_done(f) ? 0 : rc;
}

int future_result(struct future *f, int64_t timeout_ns, void **result)
{
	int rc = future_await(f, timeout_ns);

	if (result)
		*result = rc ? NULL : f->result;
	return rc ? rc : f->code;
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

void future_free(struct future *f)
{
	struct executor *ex;
	bool done;

	if (!f)
		return;
	ex = f->work.executor;
	done = future_done(f);
	if (!done) {
		executor_lock(ex);
		done = future_done(f);
		f->orphan = true;
		executor_unlock(ex);
	}
	if (done)
		future_destroy(f);
}
