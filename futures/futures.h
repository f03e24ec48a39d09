/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Executors and futures for C, in the terms of Python's concurrent.futures.
 *
 * An executor runs tasks on workers, which are threads or processes; a future
 * stands for one task that may not be done yet. Needs Linux and its libc,
 * nothing else.
 *
 * Threads: every call may be made from any thread, tasks included, unless it
 * says otherwise. The caller that frees an object makes sure that no other
 * thread uses it then or later. An executor does not survive fork: the child
 * must not touch it, nor its futures. A task on a process is in such a child:
 * there a submit to its own executor is -EDEADLK, and the rest is not defined.
 *
 * Locks: an executor has one lock, which guards its queue, its workers and the
 * states of all its futures. It is never held while a task, a callback or an
 * initialiser runs. Calls that say "no lock" cost one atomic load; those about
 * a future of a process executor take its lock all the same while it is not
 * done.
 *
 * Visibility: all that a thread wrote before it submitted a task is seen by
 * the task, and all that the task wrote is seen by a thread that has found its
 * future done, by whichever call.
 *
 * Timeouts are nanoseconds of CLOCK_MONOTONIC: < 0 waits for ever, 0 polls.
 *
 * Errors are returned as -errno. A call's errors and a task's codes share that
 * range. If a task itself returns -ETIMEDOUT, -EDEADLK or -ENOMEM, future_done
 * tells its code from the call's error. A task whose -EPIPE must be told from a
 * dead worker's, or whose -ECANCELED from a cancelled future's, should say so
 * in its result.
 */
#ifndef FUTURES_H
#define FUTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct executor;
struct future;
struct as_completed;
struct lazy_map;

enum future_state {
	FUTURE_PENDING,   /* submitted; no worker has it */
	FUTURE_RUNNING,   /* a worker has it */
	FUTURE_CANCELLED, /* done: taken back before a worker had it */
	FUTURE_FINISHED,  /* done: its function returned, or its worker died */
};

/*
 * A task's function. It runs on a worker, and no lock is held. `arg` is as it
 * was submitted and stays the submitter's. The function may leave anything in
 * *result, which is NULL before; the executor only hands it on, and the caller
 * that asks for it owns it. Returns 0, or -errno: the task's "exception".
 */
typedef int task_fn(void *arg, void **result);

#define EXECUTOR_MAX_WORKERS 32768u

/*
 * What a worker is. Tasks, futures and calls are the same for both kinds, but
 * the memory that tasks share is not.
 *
 * Processes are forked by executor_create_with, so a task sees memory as it was
 * then: globals, `arg` and all it points to are private copies. To get bytes
 * in and out, give their size (executor_map, executor_submit_many): they are
 * copied to the worker, and back before the future is done, and a *result that
 * points into them points into the submitter's after that. Any other result is
 * handed on as the number it is. Memory mapped MAP_SHARED before is shared.
 * A process executor is best made before other threads: fork copies their
 * locks as they happen to be. Each worker takes a file descriptor.
 *
 * A worker writes its stdout when it ends, and at once what it flushes. It must
 * leave alone all descriptors that its tasks have not opened: one that has
 * closed them (closefrom) dies, or writes where another file is by then. It is
 * in the program's process group: Ctrl-C is for it too. A task may fork; the
 * child ends where the task returns. All workers are killed with the parent,
 * so a program that ends without executor_free loses what is pending.
 */
enum executor_kind {
	EXECUTOR_THREADS,   /* started when they are needed */
	EXECUTOR_PROCESSES, /* 1..EXECUTOR_MAX_PROCESSES, all started at once */
};
#define EXECUTOR_MAX_PROCESSES 1024u

/* A member that is zero has its default. */
struct executor_options {
	enum executor_kind kind;
	unsigned max_workers; /* 1..EXECUTOR_MAX_WORKERS */
	/*
	 * How many tasks may be pending: a submit waits until there are fewer.
	 * With processes, tasks that workers have count as well, and the limit
	 * is higher by max_workers. 0: no limit.
	 */
	size_t max_pending;
	/*
	 * Optional. Called once on each worker before its first task, with
	 * executor_worker_index telling which. If it returns other than 0, the
	 * executor is broken: pending tasks and any submit end with -EPIPE.
	 */
	int (*initializer)(void *arg);
	void *initializer_arg;
	/* Threads: named prefix_N, as much as fits 15 bytes. Not copied. */
	const char *thread_name_prefix;
	size_t stack_size; /* threads: bytes, at least PTHREAD_STACK_MIN */
	/*
	 * Workers without a task, and threads that wait for a result, spin for
	 * up to 50 microseconds before they sleep; less and less often while
	 * that is in vain, and never on one CPU. This shortens a round trip and
	 * costs CPU time.
	 */
	bool spin;
	/* Processes: the largest arg_size. 0: EXECUTOR_ARG_SIZE. */
	size_t max_arg_size;
};
#define EXECUTOR_ARG_SIZE 1024u

/*
 * Makes an executor of at most max_workers threads, 1..EXECUTOR_MAX_WORKERS.
 * It starts no thread: a submit starts one if it finds no idle worker.
 * *out is the caller's, to be given to executor_free; NULL on failure.
 * Returns 0, -EINVAL or -ENOMEM.
 */
int executor_create(struct executor **out, unsigned max_workers);

/*
 * The same with options, which are not needed after the call. Processes are
 * started and initialised before it returns.
 * Returns as executor_create; for processes also -EAGAIN or another -errno if
 * one could not be started, and -EPIPE if one died or its initialiser failed.
 */
int executor_create_with(
	struct executor **out, const struct executor_options *options);

/*
 * Hands fn(arg) to an idle worker if there is one; else, if there are fewer
 * than max_workers, to a new worker, and then the future is already RUNNING
 * when this returns; else the task waits in the queue, first in, first out. (A
 * process takes its task by itself: the future is PENDING until then.) Waits
 * only if max_pending tasks are pending. Takes the executor's lock, also while
 * it starts a thread.
 *
 * *out is the caller's, to be given to future_free once; NULL on failure. `out`
 * itself may be NULL: then the task's result and code are discarded.
 * arg must live until the task is done.
 *
 * Returns 0; -ESHUTDOWN after executor_shutdown, also if it comes while this
 * waits; -EPIPE if the executor is broken; -ENOMEM; -EAGAIN if the thread that
 * the task needs could not be started, even if others have been (a limit of
 * the user or of the cgroup: setrlimit(2), cgroups(7)); a later submit tries
 * again; -EDEADLK if it would have to wait inside a task of ex, whose worker
 * may be the one it waits for, and always inside one on a process. On failure
 * fn is not called.
 */
int executor_submit(
	struct executor *ex, task_fn *fn, void *arg, struct future **out);

/* As executor_submit, but never waits: -EAGAIN if max_pending are pending. */
int executor_try_submit(
	struct executor *ex, task_fn *fn, void *arg, struct future **out);

/*
 * Submits n tasks, one for each element of args, as executor_submit would one
 * by one, but under one hold of the lock. Elements are arg_size bytes each;
 * with arg_size 0 each task gets args itself. out[i], n of them, is the future
 * of element i and the caller's.
 *
 * Returns as executor_submit, and -EMSGSIZE if arg_size is larger than the
 * max_arg_size of a process executor. On failure the first few tasks may have
 * been submitted: those whose out[i] is not NULL.
 */
int executor_submit_many(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, struct future **out);

/*
 * Runs fn once for each of n elements of args, each arg_size bytes, and blocks
 * until all are done. A free worker takes the next element, one at a time and
 * in order. All elements start before tasks that are submitted later (on
 * processes, the next 1024 elements do). With arg_size 0 each call gets args
 * itself. results[i] becomes the result of element i, or NULL if it did not
 * run; results may be NULL.
 *
 * All elements run even if one fails. args and results stay the caller's.
 * On threads there are no futures, and the lock is taken once or twice a
 * worker, not once an element. Python's map is lazy and stops at the first
 * failure that is looked at; for that see lazy_map_create.
 *
 * Returns 0, or the code of the first failing element in input order, which is
 * -ECANCELED for one that executor_shutdown took back and -EPIPE for one that
 * broke with its worker; -EAGAIN if a thread of the min(n, max_workers) that it
 * takes could not be started: elements that the threads before it have started
 * run to their end, and no other; or, no element having run: -EDEADLK from
 * inside a task of ex; otherwise as for executor_submit_many.
 */
int executor_map(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, void **results);

enum executor_shutdown_flags {
	EXECUTOR_NO_WAIT = 1 << 0,        /* return at once */
	EXECUTOR_CANCEL_FUTURES = 1 << 1, /* cancel all that is pending */
};

/*
 * Accepts no more work. Pending tasks still run unless they are cancelled;
 * running ones always end by themselves. Unless EXECUTOR_NO_WAIT is given,
 * returns when all tasks are done and all threads joined. May be repeated, say
 * first without and then with waiting, and by several threads at once.
 * `flags` are enum executor_shutdown_flags, or 0.
 *
 * Returns 0; -EINVAL for unknown flags, and nothing is done; -EDEADLK if told
 * to wait from inside a task of ex: then all but the waiting is done.
 */
int executor_shutdown(struct executor *ex, unsigned flags);

/*
 * Shuts down, waits, and frees. NULL is ignored. No other call on ex may be
 * under way or follow; calls on its futures may, before and after, for a
 * future keeps what it needs of its executor. From inside a task of ex it
 * shuts down and frees nothing, because it cannot wait: then another thread has
 * to free the executor.
 */
void executor_free(struct executor *ex);

/* How many workers have died before the executor was shut down. No lock. */
unsigned executor_lost_workers(const struct executor *ex);

/*
 * Which worker of its executor runs this task: 0..max_workers-1; outside of
 * tasks, -1. Two tasks that run at the same time in one executor have different
 * indexes, so an array of max_workers elements needs no lock. No lock.
 */
int executor_worker_index(void);

/*
 * Waits until f is done. *result, if result is not NULL, becomes what the task
 * left there, or NULL if the task was cancelled or is not done. The result is
 * handed out as often as it is asked for. Takes no lock if f is done.
 *
 * Returns the task's code; -ECANCELED if it was cancelled; -ETIMEDOUT if it is
 * not done in time; -EDEADLK if it is not done and this would wait inside a
 * task of the same executor, which in Python may hang; -EPIPE if its worker
 * died or the executor broke.
 */
int future_result(struct future *f, int64_t timeout_ns, void **result);

/*
 * As future_result, but keeps the task's code apart from the call's error:
 * *code is what the task returned, -EPIPE if its worker died or the executor
 * broke, and 0 if f has not finished. Returns 0 if f has finished, -ECANCELED,
 * -ETIMEDOUT or -EDEADLK.
 */
int future_exception(struct future *f, int64_t timeout_ns, int *code);

/*
 * Takes the task back if no worker has it yet: it will not run, and threads
 * that wait for it are woken. Takes the executor's lock. Returns true if the
 * future is cancelled now, perhaps by an earlier call; false if it runs or has
 * finished.
 */
bool future_cancel(struct future *f);

/* The state of f now. No lock. */
enum future_state future_state(const struct future *f);
bool future_done(const struct future *f); /* CANCELLED or FINISHED */
bool future_running(const struct future *f);
bool future_cancelled(const struct future *f);

/*
 * Called with a future that is done, and with the arg it was added with. No
 * lock is held, and any call may be made, but a wait for its own executor is
 * -EDEADLK on a worker. It may free f if f is the callback's to free.
 */
typedef void future_callback(struct future *f, void *arg);

/*
 * Has fn(f, arg) called once when f is done: by the worker that did it (with
 * processes: by a thread of the executor), by the call that cancels it, or, if
 * it is done already, by this call. Callbacks added before f was done are
 * called in that order; threads that wait for f may wake before. If the caller
 * frees f, fn is called all the same. Takes the lock. Returns 0 or -ENOMEM.
 */
int future_add_done_callback(struct future *f, future_callback *fn, void *arg);

enum futures_return_when {
	FUTURES_FIRST_COMPLETED, /* one at least is done */
	FUTURES_FIRST_EXCEPTION, /* one has failed, or all are done */
	FUTURES_ALL_COMPLETED,   /* all are done */
};

/*
 * Waits for n futures, of one executor or several, until the condition `when`
 * holds; future_done then tells which are done. As in Python, a cancelled
 * future has not failed. With n = 0 there is nothing to wait for. Returns 0,
 * -ETIMEDOUT, -EINVAL, -ENOMEM, or -EDEADLK if it would have to wait inside a
 * task of an executor to which a future not yet done belongs.
 */
int futures_wait(struct future *const *fs, size_t n,
	enum futures_return_when when, int64_t timeout_ns);

/* Room for every description, its end included. */
#define FUTURE_DESCRIPTION_MAX 64

/*
 * Writes "<Future at 0x55d0c8a012b0 state=running>" to buffer, of size bytes,
 * cut short if need be; states are pending, running, cancelled and finished.
 * Returns buffer. No lock.
 */
const char *future_describe(const struct future *f, char *buffer, size_t size);

/*
 * Gives up the caller's future, in any state; NULL is ignored. A task that is
 * not done yet still runs, and its result and code are discarded; the result is
 * not freed. Takes no lock if f is done. f must not belong to an as_completed
 * that has not yielded it.
 */
void future_free(struct future *f);

/*
 * Makes an iterator over n futures, of one executor or several, in the order
 * in which they get done; those done already come first. A future given twice
 * is yielded once. n may be 0. The array is not needed after the call.
 *
 * *out is the caller's, to be given to as_completed_free; NULL on failure. The
 * futures stay the caller's: each must live until it was yielded or the
 * iterator is freed. The iterator is for the thread that made it.
 *
 * Returns 0; -ENOMEM; -EDEADLK if called inside a task of an executor to which
 * a future not yet done belongs.
 */
int futures_as_completed(
	struct future *const *fs, size_t n, struct as_completed **out);

/*
 * Gives the whole iteration a timeout that starts now, as in Python. After it,
 * as_completed_next returns -ETIMEDOUT even if its own timeout is not over, but
 * still yields futures that are done.
 */
void as_completed_set_timeout(struct as_completed *it, int64_t timeout_ns);

/*
 * Waits for the next future to be done and puts it in *f, which is NULL if
 * there is none. The timeout is for this call. Returns 1; 0 at the end; or
 * -ETIMEDOUT, after which it may be called again.
 */
int as_completed_next(
	struct as_completed *it, int64_t timeout_ns, struct future **f);

/* Frees the iterator and no future, at any point. NULL is ignored. */
void as_completed_free(struct as_completed *it);

/*
 * Puts the next argument in *arg and returns true, or false at the end. Called
 * by lazy_map_create and lazy_map_next, in the thread that calls them.
 */
typedef bool lazy_map_source(void *ctx, void **arg);

/*
 * Makes an iterator over the futures of fn(arg) for each arg of source, in that
 * order. At most `ahead` (>= 1) are submitted and not yet yielded, so source
 * may be endless. An arg must live until its task is done; nothing is copied.
 * *out is the caller's, to be given to lazy_map_free; NULL on failure. The
 * iterator is for the thread that made it. Returns 0, -EINVAL, -ENOMEM, or as
 * executor_submit.
 */
int lazy_map_create(struct lazy_map **out, struct executor *ex, task_fn *fn,
	lazy_map_source *source, void *ctx, size_t ahead);

/*
 * Waits for the next future in order, and puts it in *f: it is the iterator's,
 * until the next call that returns other than -ETIMEDOUT. *f is NULL if there
 * is none.
 * If there is room for fewer than `ahead`, it waits for room for one at most.
 * Returns 1; 0 at the end; -ETIMEDOUT or -EDEADLK as future_result, after which
 * it may be called again; or, once all that were submitted have been yielded,
 * the error for which no more could be.
 */
int lazy_map_next(struct lazy_map *it, int64_t timeout_ns, struct future **f);

/*
 * Frees the iterator and its futures, and cancels those that have not started.
 * Does not wait for those that run. NULL is ignored.
 */
void lazy_map_free(struct lazy_map *it);

#ifdef __cplusplus
}
#endif

#endif
