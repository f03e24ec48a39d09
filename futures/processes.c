/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lives of worker processes: forking, reaping, ending. Their tasks are in
 * process_queue.c.
 *
 * The keeper is a thread that forks the workers, reaps them, and collects what
 * is done when it is called. It lives as long as they do, because a worker is
 * killed when the thread that has forked it ends (prctl(2), PR_SET_PDEATHSIG).
 */
#include "futures/pidfd.h"
#include "futures/shared.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Worker i has died: the task that it had taken ends with -EPIPE, and one that
 * it had done counts as done. Locked.
 */
static void settle_dead_worker(
	struct process_pool *pool, unsigned i, struct deferred *deferred)
{
	struct executor *ex = &pool->base;
	struct shared *shared = pool->shared;

	pool->alive--;
	if (atomic_load(&shared->end))
		return;
	futures_processes_collect(ex, deferred);
	for (unsigned s = 0; s < RECORDS; s++) {
		struct future *f = pool->held[s];
		uint64_t state = atomic_load(&record_of(pool, s)->state);

		if (!f || RECORD_WORKER(state) != i)
			continue;
		if (RECORD_KIND(state) == RECORD_DONE) {
			/* the worker died before the push */
			futures_record_finish(pool, f, deferred);
		} else if (RECORD_KIND(state) == RECORD_TAKEN) {
			futures_record_give_back(pool, f);
			future_end(f, -EPIPE, deferred);
		}
	}
	if (atomic_exchange(&shared->is_asleep[i], 0))
		atomic_fetch_sub(&shared->asleep, 1);
	/* it may have been the one that was woken */
	atomic_store(&shared->waking, 0);
	/* release: pairs with executor_lost_workers */
	atomic_fetch_add_explicit(&ex->lost, 1, memory_order_release);
	if (!pool->alive)
		executor_break(ex, deferred);
}

/*
 * Reaps the worker if it has ended, by its descriptor, because its number may
 * be another process's by now. An error means that the program has reaped it.
 */
static bool has_ended(const struct process_worker *worker, int options)
{
	siginfo_t info = {0};
	int rc;

	do
		rc = waitid(
			P_PIDFD, (id_t)worker->pidfd, &info, WEXITED | options);
	while (rc && errno == EINTR);
	return rc || info.si_pid;
}

/* Locked. */
static void reap(struct process_pool *pool, struct deferred *deferred)
{
	for (unsigned i = 0; i < pool->base.options.max_workers; i++) {
		struct process_worker *worker = &pool->worker[i];

		if (worker->pidfd < 0 || !has_ended(worker, WNOHANG))
			continue;
		(void)close(worker->pidfd);
		worker->pidfd = -1;
		settle_dead_worker(pool, i, deferred);
	}
}

static void end_workers(struct shared *shared)
{
	atomic_store(&shared->end, 1);
	atomic_fetch_add(&shared->wake, 1);
	(void)futures_futex_wake(&shared->wake, INT_MAX, true, ALL_BITS);
}

/* Locked. The keeper's work between two sleeps. */
static void keep(struct process_pool *pool, struct deferred *deferred)
{
	struct executor *ex = &pool->base;

	if (pool->collects_when_done || ex->shut_down)
		futures_processes_collect_when_done(ex, deferred);
	else if (executor_queued(ex))
		futures_processes_feed(ex, deferred);
	if (pool->records_used || executor_queued(ex) || ex->maps)
		return;
	pool->collects_when_done = false;
	if (ex->shut_down)
		end_workers(pool->shared);
}

/* Sleeps until a worker dies or the keeper is called. */
static void keeper_sleep(struct process_pool *pool, struct pollfd *fds)
{
	unsigned n = pool->base.options.max_workers;
	uint64_t events;

	for (unsigned i = 0; i < n; i++)
		fds[i] = (struct pollfd){
			.fd = pool->worker[i].pidfd, .events = POLLIN};
	fds[n] = (struct pollfd){.fd = pool->event, .events = POLLIN};
	if (poll(fds, n + 1, -1) > 0 && fds[n].revents)
		(void)!read(pool->event, &events, sizeof(events));
}

static int fork_worker(struct process_pool *pool, unsigned i, pid_t parent)
{
	struct process_worker *worker = &pool->worker[i];
	pid_t pid;

	worker->base =
		(struct worker){.executor = &pool->base, .index = (int)i};
	pid = fork();
	if (pid < 0) /* must not get to kill(2), for which -1 is everybody */
		return -errno;
	if (!pid)
		futures_process_worker_run(pool, i, parent);
	worker->pidfd = pidfd_open(pid, 0);
	if (worker->pidfd < 0) {
		int rc = -errno;

		(void)kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return rc;
	}
	pool->alive++;
	return 0;
}

/* Returns 0 once all are ready, -EPIPE if one has died before that. */
static int await_ready(struct process_pool *pool, struct pollfd *fds)
{
	unsigned n = pool->base.options.max_workers;

	while (atomic_load(&pool->shared->ready) < n) {
		keeper_sleep(pool, fds);
		for (unsigned i = 0; i < n; i++)
			if (fds[i].revents)
				return -EPIPE;
	}
	return 0;
}

static int start_workers(struct process_pool *pool, struct pollfd *fds)
{
	pid_t parent = getpid();
	unsigned n = pool->base.options.max_workers;
	int rc = 0;

	for (unsigned i = 0; i < n && !rc; i++)
		rc = fork_worker(pool, i, parent);
	if (!rc)
		rc = await_ready(pool, fds);
	if (!rc)
		return 0;
	for (unsigned i = 0; i < n; i++) {
		if (pool->worker[i].pidfd < 0)
			continue;
		(void)pidfd_send_signal(
			pool->worker[i].pidfd, SIGKILL, NULL, 0);
		(void)has_ended(&pool->worker[i], 0);
		(void)close(pool->worker[i].pidfd);
	}
	return rc;
}

/* Unlocks, and calls callbacks with the program's own signal mask. */
static void keeper_unlock(struct process_pool *pool, const sigset_t *signals)
{
	struct deferred deferred = pool->due, calls = pool->due;
	sigset_t blocked;

	pool->due = (struct deferred){0};
	deferred.calls = NULL;
	executor_unlock(&pool->base, &deferred);
	if (!calls.calls)
		return;
	(void)pthread_sigmask(SIG_SETMASK, signals, &blocked);
	futures_call_back(&calls);
	(void)pthread_sigmask(SIG_SETMASK, &blocked, NULL);
}

static void *keeper_main(void *arg)
{
	struct process_pool *pool = arg;
	struct executor *ex = &pool->base;
	struct worker self = {.executor = ex, .index = -1};
	struct pollfd *fds = calloc(ex->options.max_workers + 1, sizeof(*fds));
	sigset_t all, before;
	int rc = fds ? start_workers(pool, fds) : -ENOMEM;

	/* after the fork, or the workers would inherit the mask */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	executor_enter(&self);
	executor_lock(ex);
	pool->started = true;
	pool->start_error = rc;
	(void)pthread_cond_signal(&pool->born);
	while (!rc && (pool->alive || !ex->shut_down || pool->due.calls)) {
		keep(pool, &pool->due);
		keeper_unlock(pool, &before);
		keeper_sleep(pool, fds);
		executor_lock(ex);
		reap(pool, &pool->due);
	}
	keeper_unlock(pool, &before);
	free(fds);
	return NULL;
}

int futures_keeper_call(struct process_pool *pool)
{
	uint64_t one = 1;

	/* EAGAIN: the counter is full of calls, so the keeper wakes anyway */
	if (write(pool->event, &one, sizeof(one)) < 0 && errno != EAGAIN)
		return -errno;
	return 0;
}

void futures_processes_end(struct executor *ex)
{
	(void)futures_keeper_call(process_pool_of(ex));
}

void futures_processes_join(struct executor *ex)
{
	struct process_pool *pool = process_pool_of(ex);

	if (!pool->joined)
		(void)pthread_join(pool->keeper, NULL);
	pool->joined = true;
}

void futures_processes_release(struct executor *ex)
{
	struct process_pool *pool = process_pool_of(ex);

	(void)munmap(pool->shared, pool->mapped);
	(void)close(pool->event);
	(void)pthread_cond_destroy(&pool->born);
	executor_release(ex);
	free(pool);
}

static int map_shared(struct process_pool *pool, size_t arg_size)
{
	size_t line = alignof(struct task_record);
	size_t before = (sizeof(struct shared) + line - 1) / line * line;
	void *memory;

	if (arg_size > PTRDIFF_MAX / RECORDS / 2)
		return -EINVAL;
	pool->record_size = (sizeof(struct task_record) + arg_size + line - 1) /
		line * line;
	pool->mapped = before + RECORDS * pool->record_size;
	/* zeroed, and no page takes memory before it is used */
	memory = mmap(NULL, pool->mapped, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -errno;
	pool->shared = memory;
	pool->records = (char *)memory + before;
	while (pool->n_free < RECORDS) {
		pool->free[pool->n_free] = pool->n_free;
		pool->n_free++;
	}
	return 0;
}

static int start_keeper(struct process_pool *pool)
{
	struct executor *ex = &pool->base;
	int rc;

	rc = pthread_create(&pool->keeper, NULL, keeper_main, pool);
	if (rc)
		return -rc;
	executor_lock(ex);
	while (!pool->started)
		(void)pthread_cond_wait(&pool->born, &ex->lock);
	rc = pool->start_error;
	(void)pthread_mutex_unlock(&ex->lock);
	if (rc)
		(void)pthread_join(pool->keeper, NULL);
	return rc;
}

int futures_processes_create(
	struct executor **out, const struct executor_options *options)
{
	size_t n = options->max_workers;
	struct process_pool *pool;
	int rc;

	if (n > EXECUTOR_MAX_PROCESSES)
		return -EINVAL;
	pool = executor_allocate(sizeof(*pool) + n * sizeof(pool->worker[0]));
	if (!pool)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		pool->worker[i].pidfd = -1;
	rc = executor_init(&pool->base, &futures_process_ops, options);
	if (rc)
		goto fail_init;
	if (!pool->base.options.max_arg_size)
		pool->base.options.max_arg_size = EXECUTOR_ARG_SIZE;
	if (pool->base.limit)
		pool->base.limit += n < SIZE_MAX - pool->base.limit
			? n
			: SIZE_MAX - pool->base.limit;
	rc = -pthread_cond_init(&pool->born, NULL);
	if (rc)
		goto fail_born;
	pool->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = pool->event < 0 ? -errno : 0;
	if (rc)
		goto fail_event;
	rc = map_shared(pool, pool->base.options.max_arg_size);
	if (rc)
		goto fail_map;
	atomic_init(&pool->shared->spin, atomic_load(&pool->base.spin));
	rc = start_keeper(pool);
	if (rc)
		goto fail_keeper;
	*out = &pool->base;
	return 0;
fail_keeper:
	(void)munmap(pool->shared, pool->mapped);
fail_map:
	(void)close(pool->event);
fail_event:
	(void)pthread_cond_destroy(&pool->born);
fail_born:
	executor_release(&pool->base);
fail_init:
	free(pool);
	return rc;
}
