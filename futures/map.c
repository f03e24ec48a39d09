/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * executor_map. On threads a map is one piece of work that wants as many
 * workers as it can use; they draw elements from a counter until none is left,
 * without a future or a hold of the lock for each. On processes it is a window
 * of futures that slides over the elements.
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdlib.h>

#define WINDOW 1024 /* futures of one map on processes */

struct batch {
	struct work work; /* first: a batch is found by its work */
	task_fn *fn;
	char *args;
	size_t n, arg_size;
	void **results;
	/*
	 * The next element to draw; n or more: none is left. Relaxed
	 * throughout, because it only deals out numbers: the lock makes the
	 * caller's memory visible to the workers, and theirs to the caller.
	 */
	atomic_size_t next;

	/* locked */
	unsigned joined; /* workers that have taken it */
	size_t failed;   /* the first element that failed, by work.code; or n */
	pthread_cond_t done; /* no worker has it, and none will take it */
};

static struct batch *batch_of(struct work *work)
{
	return (struct batch *)work;
}

static void batch_fail(struct batch *b, size_t item, int code)
{
	if (item >= b->failed)
		return;
	b->failed = item;
	b->work.code = code;
}

static void batch_join(struct work *work)
{
	batch_of(work)->joined++;
}

static void batch_leave(struct work *work)
{
	struct batch *b = batch_of(work);

	b->joined--;
	/* locked: the caller frees the batch as soon as it gets the lock */
	if (!b->joined && !work->wanted)
		(void)pthread_cond_signal(&b->done);
}

static int batch_call(struct batch *b, size_t item)
{
	void *arg = b->arg_size ? b->args + item * b->arg_size : b->args;
	void *result = NULL;
	int code = b->fn(arg, &result);

	if (b->results)
		b->results[item] = result;
	return code;
}

static void batch_perform(struct work *work, struct deferred *deferred)
{
	struct batch *b = batch_of(work);
	size_t item, failed = b->n;
	int first_code = 0;

	(void)deferred;
	for (;;) {
		int code;

		item = atomic_fetch_add_explicit(
			&b->next, 1, memory_order_relaxed);
		if (item >= b->n)
			break;
		code = batch_call(b, item);
		/*
		 * a worker's elements ascend: its first failure is its lowest
		 */
		if (code && failed == b->n) {
			failed = item;
			first_code = code;
		}
	}
	executor_lock(work->executor);
	batch_fail(b, failed, first_code);
	executor_dequeue(work);
	batch_leave(work);
}

static void batch_take_back(
	struct work *work, int code, struct deferred *deferred)
{
	struct batch *b = batch_of(work);
	size_t item =
		atomic_exchange_explicit(&b->next, b->n, memory_order_relaxed);

	(void)deferred;
	batch_fail(b, item, code);
	executor_dequeue(work);
	if (!b->joined)
		(void)pthread_cond_signal(&b->done);
}

/* The executor is broken, so the elements have been taken back already. */
static void batch_drop(struct work *work, int code, struct deferred *deferred)
{
	(void)code;
	(void)deferred;
	batch_leave(work);
}

static const struct work_ops batch_ops = {
	.begin = batch_join,
	.undo = batch_leave,
	.perform = batch_perform,
	.drop = batch_drop,
	.take_back = batch_take_back,
};

static int map_on_threads(struct executor *ex, struct batch *b)
{
	unsigned max = ex->options.max_workers;
	struct deferred deferred = {0};
	int rc = pthread_cond_init(&b->done, NULL);

	if (rc)
		return -rc;
	rc = executor_enqueue(&b->work, b->n < max ? (unsigned)b->n : max);
	executor_lock(ex);
	/* too few threads: those that did start have taken the batch */
	if (rc)
		batch_take_back(&b->work, rc, &deferred);
	while (b->work.wanted || b->joined)
		(void)pthread_cond_wait(&b->done, &ex->lock);
	executor_unlock(ex, &deferred);
	(void)pthread_cond_destroy(&b->done);
	return rc ? rc : b->work.code;
}

/* Submits up to count of the elements that are not submitted yet. */
static int window_fill(struct executor *ex, struct batch *b, size_t *submitted,
	size_t count, struct future **window)
{
	size_t at = *submitted % WINDOW;
	void *args = b->arg_size ? b->args + *submitted * b->arg_size : b->args;
	int rc;

	if (count > b->n - *submitted)
		count = b->n - *submitted;
	if (count > WINDOW - at)
		count = WINDOW - at;
	rc = executor_submit_all(
		ex, b->fn, args, count, b->arg_size, true, window + at);
	if (!rc)
		*submitted += count;
	else /* some may have been placed before it was refused */
		while (count && window[at])
			at++, count--, (*submitted)++;
	return rc;
}

static int slide_window(
	struct executor *ex, struct batch *b, struct future **window)
{
	size_t submitted = 0, taken;
	int rc = 0;

	for (taken = 0; taken < b->n && !(rc && taken == submitted); taken++) {
		size_t room = WINDOW - (submitted - taken);
		struct future *f;
		void *result;
		int code;

		if (!rc && (room >= WINDOW / 2 || taken == submitted))
			rc = window_fill(ex, b, &submitted, room, window);
		if (taken == submitted)
			break;
		f = window[taken % WINDOW];
		code = future_result(f, -1, &result);
		future_free(f);
		if (b->results)
			b->results[taken] = result;
		if (code)
			batch_fail(b, taken, code);
	}
	/* refused half-way: ends as if shutdown had taken back the rest */
	if (rc && taken)
		batch_fail(b, taken, rc == -ESHUTDOWN ? -ECANCELED : rc);
	return rc && !taken ? rc : b->work.code;
}

static int map_on_processes(struct executor *ex, struct batch *b)
{
	struct future **window = malloc(WINDOW * sizeof(struct future *));
	struct deferred deferred = {0};
	int rc;

	if (!window)
		return -ENOMEM;
	executor_lock(ex);
	rc = executor_refusal(ex, false);
	ex->maps += !rc;
	executor_unlock(ex, &deferred);
	if (!rc) {
		rc = slide_window(ex, b, window);
		executor_lock(ex);
		ex->maps--;
		if (ex->shut_down)
			ex->ops->end(ex); /* it had to wait for this map */
		executor_unlock(ex, &deferred);
	}
	free(window);
	return rc;
}

int executor_map(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, void **results)
{
	struct batch b = {.work = {.ops = &batch_ops, .executor = ex},
		.fn = fn,
		.args = args,
		.n = n,
		.arg_size = arg_size,
		.results = results,
		.failed = n};

	if (!n)
		return 0;
	if (executor_is_here(ex))
		return -EDEADLK;
	for (size_t i = 0; results && i < n; i++)
		results[i] = NULL;
	if (ex->options.kind == EXECUTOR_PROCESSES)
		return map_on_processes(ex, &b);
	return map_on_threads(ex, &b);
}
