/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * executor_map. A map is one piece of work that many workers share: it takes
 * as many places in the queue as it can use workers, and those draw elements
 * from a counter until none is left. No futures, and no lock per element.
 */
#include "futures/internal.h"

#include <errno.h>

struct batch {
	struct work work; /* first: a batch is found by its place */
	task_fn *fn;
	char *args;
	size_t n, arg_size;
	void **results;
	/*
	 * Elements given out so far, and more once they are all gone. Relaxed
	 * throughout: it only shares out numbers. What elements read comes to
	 * the workers, and what they wrote to the caller, by the lock.
	 */
	atomic_size_t next;

	/* locked */
	unsigned joined;     /* workers that have it in hand */
	size_t failed;       /* the first failing element; n: none yet */
	int code;            /* its code */
	pthread_cond_t done; /* no worker has it, and none will */
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
	b->code = code;
}

static void batch_join(struct work *work)
{
	batch_of(work)->joined++;
}

static void batch_leave(struct work *work)
{
	struct batch *b = batch_of(work);

	b->joined--;
	/* by the lock: the caller frees it as soon as it can have it */
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

static void batch_perform(struct work *work)
{
	struct batch *b = batch_of(work);
	size_t item, failed = b->n;
	int first_code = 0;

	for (;;) {
		int code;

		item = atomic_fetch_add_explicit(
			&b->next, 1, memory_order_relaxed);
		if (item >= b->n)
			break;
		code = batch_call(b, item);
		/* a worker's elements ascend: its first failure is lowest */
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

static void batch_take_back(struct work *work)
{
	struct batch *b = batch_of(work);
	size_t item =
		atomic_exchange_explicit(&b->next, b->n, memory_order_relaxed);

	batch_fail(b, item, -ECANCELED);
	executor_dequeue(work);
	if (!b->joined)
		(void)pthread_cond_signal(&b->done);
}

static const struct work_ops batch_ops = {
	.begin = batch_join,
	.undo = batch_leave,
	.perform = batch_perform,
	.take_back = batch_take_back,
};

int executor_map(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, void **results)
{
	unsigned wanted = n < ex->max_workers ? (unsigned)n : ex->max_workers;
	struct batch b = {.work = {.ops = &batch_ops, .executor = ex},
		.fn = fn,
		.args = args,
		.n = n,
		.arg_size = arg_size,
		.results = results,
		.failed = n};
	int rc;

	if (executor_is_here(ex))
		return -EDEADLK;
	rc = pthread_cond_init(&b.done, NULL);
	if (rc)
		return -rc;
	for (size_t i = 0; results && i < n; i++)
		results[i] = NULL;
	rc = executor_enqueue(&b.work, wanted);
	if (!rc) {
		executor_lock(ex);
		while (b.work.wanted || b.joined)
			(void)pthread_cond_wait(&b.done, &ex->lock);
		executor_unlock(ex);
		rc = b.code;
	}
	(void)pthread_cond_destroy(&b.done);
	return rc;
}
