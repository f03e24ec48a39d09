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
 * Errors are returned as -errno. Those of a call and the codes of a task share
 * that range; where a task uses -ETIMEDOUT, -EDEADLK or -ENOMEM itself,
 * future_done tells the task's word from the call's. A task that means to tell
 * its -EPIPE from a dead worker's, or its -ECANCELED from a cancelled future's,
 * says so in its result.
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
	FUTURE_RUNNING,   /* a worker has it in hand */
	FUTURE_CANCELLED, /* taken back before a worker had it; it is done */
	FUTURE_FINISHED,  /* its function returned, or broke; it is done */
};

/*
 * What a task does; it runs on a worker, and no lock is held. `arg` is as it
 * was submitted and stays the submitter's. The function may leave anything in
 * *result, which is NULL before; the executor only hands it on, and the caller
 * that asks for it owns it. Returns 0, or -errno: the task's "exception".
 */
typedef int task_fn(void *arg, void **result);

#define EXECUTOR_MAX_WORKERS 32768u

/*
 * What a worker is. Tasks, futures and calls are the same for both; what tasks
 * share is not.
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

/* Zero means: as usual. */
struct executor_options {
	enum executor_kind kind;
	unsigned max_workers; /* 1..EXECUTOR_MAX_WORKERS */
	/*
	 * Most tasks that may be pending: a submit waits until there are
	 * fewer. With processes the ones in the workers' hands count as well,
	 * and the limit is higher by max_workers. 0: no limit.
	 */
	size_t max_pending;
	/*
	 * Optional. Called once on each worker before its first task, with
	 * executor_worker_index telling which. Other than 0 breaks the
	 * executor: what is pending ends with -EPIPE and so does any submit.
	 */
	int (*initializer)(void *arg);
	void *initializer_arg;
	/* Threads: named prefix_N, as much as fits 15 bytes. Not copied. */
	const char *thread_name_prefix;
	size_t stack_size; /* threads: bytes, at least PTHREAD_STACK_MIN */
	/*
	 * Waiting workers, and who waits for a result, look for it for up to 50
	 * microseconds before they sleep; the more seldom the longer that has
	 * been in vain, and never on one CPU. A round trip gets shorter, at a
	 * cost in CPU.
	 */
	bool spin;
	/* Processes: the largest arg_size. 0: EXECUTOR_ARG_SIZE. */
	size_t max_arg_size;
};
#define EXECUTOR_ARG_SIZE 1024u

/*
 * Makes an executor of at most max_workers threads, 1..EXECUTOR_MAX_WORKERS.
 * It starts none: a submit starts one when it finds no idle worker.
 * *out is the caller's, to be given to executor_free; NULL on failure.
 * Returns 0, -EINVAL or -ENOMEM.
 */
int executor_create(struct executor **out, unsigned max_workers);

/*
 * The same with options, which are not needed after the call. Processes are
 * started and initialised before it returns.
 * Returns as executor_create; with processes also -EAGAIN or another reason why
 * they could not be started, and -EPIPE if one died or its initialiser failed.
 */
int executor_create_with(
	struct executor **out, const struct executor_options *options);

/*
 * Hands fn(arg) to a worker: to an idle one if there is one; else, while there
 * are fewer than max_workers, to a new one, and then the future is already
 * RUNNING when this returns; else the task waits its turn, first in first out.
 * (A process takes its task by itself: the future is PENDING until then.)
 * Waits only if max_pending tasks are pending. Takes the executor's lock, also
 * while it starts a thread.
 *
 * *out is the caller's, to be given to future_free once; NULL on failure. `out`
 * itself may be NULL: then nobody will know how the task ended.
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

/* The same, but never waits: -EAGAIN also if max_pending tasks are pending. */
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
 * in order, and the turn of the elements comes before that of tasks submitted
 * later (on processes, that of the next 1024 does). With arg_size 0 each call
 * gets args itself. results[i] becomes the result of element i, NULL if it did
 * not run; results may be NULL.
 *
 * All elements run even if one fails. args and results stay the caller's.
 * On threads there are no futures, and the lock is taken once or twice a
 * worker, not once an element. Python's map is lazy and stops at the first
 * failure that is looked at; this one has nothing to stop, see lazy_map_create.
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
 * shuts down and frees nothing, for it cannot wait: give the executor to
 * somebody else to free.
 */
void executor_free(struct executor *ex);

/* How many workers died in the middle of their life. No lock. */
unsigned executor_lost_workers(const struct executor *ex);

/*
 * Which worker of its executor runs this task: 0..max_workers-1; outside of
 * tasks, -1. Two tasks that run at the same time in one executor have different
 * indexes, so an array of max_workers slots needs no lock. No lock.
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
 * Waits likewise, and tells the task's code from the call's own: *code is what
 * the task returned, -EPIPE if its worker died or the executor broke, and 0 if
 * f has not finished.
 * Returns 0 if f has finished, -ECANCELED, -ETIMEDOUT or -EDEADLK.
 */
int future_exception(struct future *f, int64_t timeout_ns, int *code);

/*
 * Takes the task back if no worker has it yet: it will not run, and who waits
 * for it is woken. Takes the executor's lock.
 * Returns true if the future is cancelled now, be it by an earlier call; false
 * if it runs or has finished.
 */
bool future_cancel(struct future *f);

/* What f is at this moment, without waiting. No lock. */
enum future_state future_state(const struct future *f);
bool future_done(const struct future *f); /* CANCELLED or FINISHED */
bool future_running(const struct future *f);
bool future_cancelled(const struct future *f);

/*
 * Called with a future that is done, and with the arg it was added with. No
 * lock is held, and any call may be made, but a wait for its own executor is
 * -EDEADLK on a worker. f may be freed by it if it is the callback's to free.
 */
typedef void future_callback(struct future *f, void *arg);

/*
 * Has fn(f, arg) called once when f is done: by the worker that did it (with
 * processes: by a thread of the executor), by the call that cancels it, or, if
 * it is done already, by this call. Those added before f was done are called in
 * order; who waits for f may be awake before. The caller's future may be freed,
 * the callback still comes. Takes the lock. Returns 0 or -ENOMEM.
 */
int future_add_done_callback(struct future *f, future_callback *fn, void *arg);

enum futures_return_when {
	FUTURES_FIRST_COMPLETED, /* one at least is done */
	FUTURES_FIRST_EXCEPTION, /* one has failed, or all are done */
	FUTURES_ALL_COMPLETED,   /* all are done */
};

/*
 * Waits until it is as `when` says for n futures, of one executor or several;
 * future_done then tells which. Having been cancelled is not a failure, as in
 * Python. With n = 0 there is nothing to wait for.
 * Returns 0, -ETIMEDOUT, -EINVAL, -ENOMEM, or -EDEADLK if it would have to wait
 * inside a task of an executor to which a future not yet done belongs.
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
 * Gives up the caller's future, in whatever state; NULL is ignored. A task not
 * yet done still runs, with nobody to know how it ended; the result is not
 * freed. Takes no lock if f is done.
 * f must not be under an as_completed that has not yielded it.
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
 * From now on the whole iteration has so much time, as in Python: then
 * as_completed_next returns -ETIMEDOUT though its own timeout is not over.
 * What is done is yielded even so.
 */
void as_completed_set_timeout(struct as_completed *it, int64_t timeout_ns);

/*
 * Waits for the next future to be done and puts it in *f, which is NULL if
 * there is none. The timeout is for this call. Returns 1, 0 at the end, or
 * -ETIMEDOUT; after that one may go on.
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
 * one may go on; or why no more could be submitted, after all those that were.
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
