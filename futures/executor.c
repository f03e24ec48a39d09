/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Executors: the part that threads and processes have in common. It submits
 * tasks and decides which worker to wake, holds the limit on pending tasks, and
 * shuts down.
 */
#include "futures/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The worker that this thread is, or NULL. It tells a task its index, and a
 * wait that it would wait for itself. Set once, when the thread starts.
 * initial-exec, in a plug-in too: LeakSanitizer does not find the memory that
 * the loader would otherwise allocate for it on first use.
 */
static _Thread_local const struct worker *here
	__attribute__((tls_model("initial-exec")));

void executor_enter(const struct worker *worker)
{
	here = worker;
}

bool executor_is_here(const struct executor *ex)
{
	return here && here->executor == ex;
}

int executor_worker_index(void)
{
	return here ? here->index : -1;
}

static void count_queued(struct executor *ex, unsigned more, unsigned less)
{
	atomic_store_explicit(&ex->queued, executor_queued(ex) + more - less,
		memory_order_relaxed);
}

void executor_append(struct executor *ex, struct work *work, unsigned wanted)
{
	work->wanted = wanted;
	work->next = &ex->queue;
	work->previous = ex->queue.previous;
	work->previous->next = work;
	ex->queue.previous = work;
	count_queued(ex, wanted, 0);
}

void executor_dequeue(struct work *work)
{
	if (!work->wanted)
		return;
	count_queued(work->executor, 0, work->wanted);
	work->wanted = 0;
	work->previous->next = work->next;
	work->next->previous = work->previous;
}

void executor_make_room(struct executor *ex)
{
	ex->pending--;
	if (ex->for_room)
		(void)pthread_cond_signal(&ex->room);
}

/*
 * Locked. A task was submitted, and a worker is to be woken for it. Returns
 * whether tasks come one by one: each soon after the one before was done and
 * its result was asked for. Then the submitter will most likely wait for this
 * task too, and its CPU will be idle, so that the worker to wake is one that
 * went to sleep on this CPU. A switch between the two takes 2 us. To wake
 * another CPU and be woken by it took 60 us on a virtual machine.
 *
 * If the guess is wrong, the task and the submitter may have to share a CPU for
 * as long as NEAR_NS. Without the condition on results, a submitter in bulk
 * whose workers keep up would look the same: that mistake cost up to a fifth of
 * the time.
 */
#define NEAR_NS 100000

static bool is_round_trip(struct executor *ex)
{
	int64_t before_ns = ex->lone_ns;

	/* a submitter that spins for the result keeps the worker off its CPU */
	if (ex->options.spin || !ex->ops->has_one_task(ex))
		return false;
	/* relaxed: see executor_note_results_wanted */
	if (!atomic_load_explicit(&ex->results_wanted, memory_order_relaxed))
		return false;
	atomic_store_explicit(&ex->results_wanted, false, memory_order_relaxed);
	ex->lone_ns = now_ns();
	return ex->lone_ns - before_ns < NEAR_NS;
}

void executor_unlock(struct executor *ex, struct deferred *deferred)
{
	unsigned wake = ex->ops->must_wake(ex, deferred->waits);
	bool near = wake && deferred->submits && is_round_trip(ex);

	(void)pthread_mutex_unlock(&ex->lock);
	/* not earlier, or the woken threads would find the lock taken */
	if (deferred->bell)
		(void)futures_futex_wake(deferred->bell, 1, false, ALL_BITS);
	if (wake)
		ex->ops->wake(ex, wake, near);
	deferred->bell = NULL;
	deferred->waits = deferred->submits = false;
	if (deferred->calls)
		futures_call_back(deferred);
}

void executor_break(struct executor *ex, struct deferred *deferred)
{
	ex->broken = true;
	(void)pthread_cond_broadcast(&ex->room);
	ex->ops->take_back_all(ex, -EPIPE, deferred);
}

int executor_refusal(const struct executor *ex, bool of_map)
{
	if (ex->shut_down && (ex->cancelled || !of_map))
		return -ESHUTDOWN;
	return ex->broken ? -EPIPE : 0;
}

int executor_enqueue(struct work *work, unsigned wanted)
{
	struct executor *ex = work->executor;
	struct deferred deferred = {.waits = true};
	int rc;

	executor_lock(ex);
	rc = executor_refusal(ex, false);
	if (!rc)
		rc = ex->ops->place(work, wanted, &deferred);
	executor_unlock(ex, &deferred);
	return rc;
}

/* Locked. Returns 0, perhaps after a spurious wake-up, or -ETIMEDOUT. */
static int sleep_for_room(struct executor *ex, int64_t deadline_ns)
{
	struct timespec at = futures_timespec(deadline_ns);
	int rc;

	ex->for_room++;
	rc = deadline_ns == NEVER
		? pthread_cond_wait(&ex->room, &ex->lock)
		: pthread_cond_timedwait(&ex->room, &ex->lock, &at);
	ex->for_room--;
	return rc == ETIMEDOUT ? -ETIMEDOUT : 0;
}

/* Locked. Returns 0 once there is room, or why this call will not have any. */
static int await_room(struct executor *ex, const struct submission *how,
	struct deferred *deferred)
{
	int rc = executor_refusal(ex, how->of_map);
	bool told =
		false; /* workers were woken for what this call has placed */

	/* tasks that processes have run make room only once collected */
	if (ex->limit && ex->pending >= ex->limit && ex->ops->collect)
		ex->ops->collect(ex, deferred);
	while (!rc && ex->limit && ex->pending >= ex->limit) {
		if (!how->deadline_ns)
			return -EAGAIN;
		if (executor_is_here(ex))
			return -EDEADLK;
		if (ex->ops->collect_when_done)
			ex->ops->collect_when_done(ex, deferred);
		if (ex->pending < ex->limit)
			continue;
		if (!told || deferred->bell) {
			told = deferred->waits = true;
			executor_unlock(ex, deferred);
			executor_lock(ex);
		} else {
			rc = sleep_for_room(ex, how->deadline_ns);
		}
		if (!rc)
			rc = executor_refusal(ex, how->of_map);
	}
	return rc;
}

/* Whether this is a task of ex on a process, where ex is only a copy. */
static bool is_in_worker_process(const struct executor *ex)
{
	return ex->options.kind == EXECUTOR_PROCESSES &&
		executor_worker_index() >= 0 && executor_is_here(ex);
}

/* Places n futures under one hold of the lock; *placed becomes how many. */
static int place_all(struct executor *ex, struct future *const *fs, size_t n,
	const struct submission *how, size_t *placed)
{
	struct deferred deferred = {0};
	size_t i;
	int rc = 0;

	*placed = 0;
	if (is_in_worker_process(ex))
		return -EDEADLK;
	executor_lock(ex);
	for (i = 0; i < n; i++) {
		rc = await_room(ex, how, &deferred);
		if (rc)
			break;
		ex->pending++;
		fs[i]->orphan = how->orphans;
		rc = ex->ops->place(&fs[i]->work, 1, &deferred);
		if (rc) {
			ex->pending--;
			break;
		}
	}
	deferred.submits = true;
	executor_unlock(ex, &deferred);
	*placed = i;
	return rc;
}

int executor_submit_until(struct executor *ex, task_fn *fn, void *arg,
	int64_t deadline_ns, struct future **out)
{
	const struct submission how = {
		.deadline_ns = deadline_ns, .orphans = !out};
	struct future *f = future_create(ex, fn, arg, 0);
	size_t placed;
	int rc;

	if (out)
		*out = NULL;
	if (!f)
		return -ENOMEM;
	rc = place_all(ex, &f, 1, &how, &placed);
	if (rc)
		future_destroy(f);
	else if (out)
		*out = f;
	return rc;
}

int executor_submit(
	struct executor *ex, task_fn *fn, void *arg, struct future **out)
{
	return executor_submit_until(ex, fn, arg, NEVER, out);
}

int executor_try_submit(
	struct executor *ex, task_fn *fn, void *arg, struct future **out)
{
	return executor_submit_until(ex, fn, arg, 0, out);
}

int executor_submit_all(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, bool of_map, struct future **out)
{
	const struct submission how = {.deadline_ns = NEVER, .of_map = of_map};
	size_t made, placed = 0;
	int rc = 0;

	if (ex->options.kind == EXECUTOR_PROCESSES &&
		arg_size > ex->options.max_arg_size)
		rc = -EMSGSIZE;
	for (made = 0; made < n && !rc; made++) {
		char *arg = arg_size ? (char *)args + made * arg_size : args;

		out[made] = future_create(ex, fn, arg, arg_size);
		if (!out[made])
			rc = -ENOMEM;
	}
	if (!rc)
		rc = place_all(ex, out, n, &how, &placed);
	for (size_t i = placed; i < n; i++) {
		if (i < made && out[i])
			future_destroy(out[i]);
		out[i] = NULL;
	}
	return rc;
}

int executor_submit_many(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, struct future **out)
{
	return executor_submit_all(ex, fn, args, n, arg_size, false, out);
}

int executor_create_with(
	struct executor **out, const struct executor_options *options)
{
	*out = NULL;
	if (!options->max_workers ||
		options->max_workers > EXECUTOR_MAX_WORKERS)
		return -EINVAL;
	switch (options->kind) {
	case EXECUTOR_THREADS:
		return futures_threads_create(out, options);
	case EXECUTOR_PROCESSES:
		return futures_processes_create(out, options);
	}
	return -EINVAL;
}

int executor_create(struct executor **out, unsigned max_workers)
{
	struct executor_options options = {.max_workers = max_workers};

	return executor_create_with(out, &options);
}

void *executor_allocate(size_t size)
{
	void *memory;

	size = (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	memory = aligned_alloc(CACHE_LINE, size);
	if (memory)
		memset(memory, 0, size);
	return memory;
}

int executor_init(struct executor *ex, const struct pool_ops *ops,
	const struct executor_options *options)
{
	int rc;

	ex->ops = ops;
	ex->options = *options;
	ex->limit = options->max_pending;
	ex->queue.next = ex->queue.previous = &ex->queue;
	atomic_init(&ex->references, 1);
	atomic_init(&ex->spin, options->spin && futures_spin_is_of_use());
	rc = executor_init_lock(&ex->lock);
	if (rc)
		return -rc;
	rc = pthread_mutex_init(&ex->joining, NULL);
	if (rc)
		goto fail_joining;
	rc = executor_init_room(&ex->room);
	if (rc)
		goto fail_room;
	return 0;
fail_room:
	(void)pthread_mutex_destroy(&ex->joining);
fail_joining:
	(void)pthread_mutex_destroy(&ex->lock);
	return -rc;
}

void executor_release(struct executor *ex)
{
	(void)pthread_cond_destroy(&ex->room);
	(void)pthread_mutex_destroy(&ex->joining);
	(void)pthread_mutex_destroy(&ex->lock);
}

int executor_shutdown(struct executor *ex, unsigned flags)
{
	struct deferred deferred = {0};

	if (flags & ~(unsigned)(EXECUTOR_NO_WAIT | EXECUTOR_CANCEL_FUTURES))
		return -EINVAL;
	executor_lock(ex);
	ex->shut_down = true;
	(void)pthread_cond_broadcast(&ex->room);
	if (flags & EXECUTOR_CANCEL_FUTURES) {
		ex->cancelled = true;
		ex->ops->take_back_all(ex, -ECANCELED, &deferred);
	}
	ex->ops->end(ex);
	executor_unlock(ex, &deferred);
	if (flags & EXECUTOR_NO_WAIT)
		return 0;
	if (executor_is_here(ex))
		return -EDEADLK;
	(void)pthread_mutex_lock(&ex->joining);
	ex->ops->join(ex);
	(void)pthread_mutex_unlock(&ex->joining);
	return 0;
}

unsigned executor_lost_workers(const struct executor *ex)
{
	/*
	 * acquire: a caller that sees the loss sees the futures that it broke
	 */
	return atomic_load_explicit(&ex->lost, memory_order_acquire);
}

void executor_free(struct executor *ex)
{
	if (ex && !executor_shutdown(ex, 0))
		executor_unref(ex);
}

void executor_ref(struct executor *ex)
{
	/* relaxed: the caller holds a reference all the while */
	atomic_fetch_add_explicit(&ex->references, 1, memory_order_relaxed);
}

void executor_unref(struct executor *ex)
{
	/* acq_rel: the last holder sees all that the others did before */
	if (atomic_fetch_sub_explicit(
		    &ex->references, 1, memory_order_acq_rel) == 1)
		ex->ops->release(ex);
}
