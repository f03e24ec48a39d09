/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Executors and futures for C, in the terms of Python's concurrent.futures.
 *
 * An executor runs tasks on worker threads; a future stands for one task that
 * may not be done yet. Needs libc and pthreads, nothing else.
 *
 * Threads: every call may be made from any thread, tasks included, unless it
 * says otherwise. Whoever frees an object makes sure that no other thread is
 * still using it, or will. An executor does not survive fork: the child must
 * not touch it, nor its futures.
 *
 * Locks: an executor has one lock, which guards its queue, its workers and the
 * states of all its futures. It is never held while a task runs. Calls that
 * say "no lock" cost one atomic load.
 *
 * Visibility: all that a thread wrote before it submitted a task is seen by
 * the task, and all that the task wrote is seen by whoever found its future
 * done, by whichever call.
 *
 * Timeouts are nanoseconds of CLOCK_MONOTONIC: < 0 waits for ever, 0 polls.
 *
 * Errors are returned as -errno. Those of a call and the codes of a task share
 * that range; where a task uses -ETIMEDOUT, -EDEADLK or -ENOMEM itself,
 * future_done tells the task's word from the call's.
 */
#ifndef FUTURES_H
#define FUTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct executor;
struct future;
struct as_completed;

enum future_state {
	FUTURE_PENDING,   /* submitted; no worker has it */
	FUTURE_RUNNING,   /* a worker has it in hand */
	FUTURE_CANCELLED, /* taken back before a worker had it; it is done */
	FUTURE_FINISHED,  /* its function returned; it is done */
};

/*
 * What a task does; it runs on a worker, and no lock is held. `arg` is as it
 * was submitted and stays the submitter's. The function may leave anything in
 * *result, which is NULL before; the executor only hands it on, and whoever
 * asks for it owns it. Returns 0, or -errno: the task's "exception".
 */
typedef int task_fn(void *arg, void **result);

#define EXECUTOR_MAX_WORKERS 32768u

/*
 * Makes an executor of at most max_workers threads, 1..EXECUTOR_MAX_WORKERS.
 * It starts none: a submit starts one when it finds no idle worker.
 * *out is the caller's, to be given to executor_free; NULL on failure.
 * Returns 0, -EINVAL or -ENOMEM.
 */
int executor_create(struct executor **out, unsigned max_workers);

/*
 * Hands fn(arg) to a worker: to an idle one if there is one; else, while there
 * are fewer than max_workers, to a new one, and then the future is already
 * RUNNING when this returns; else the task waits its turn, first in first out.
 * Never waits for a task. Takes the executor's lock, also while it starts a
 * thread.
 *
 * *out is the caller's, to be given to future_free once; NULL on failure. `out`
 * itself may be NULL: then nobody will know how the task ended.
 * arg must live until the task is done.
 *
 * Returns 0; -ESHUTDOWN after executor_shutdown; -ENOMEM; -EAGAIN if there is
 * no worker at all and none could be started (if there is one, the task waits
 * for it). On failure fn is not called.
 */
int executor_submit(
	struct executor *ex, task_fn *fn, void *arg, struct future **out);

/*
 * Runs fn once for each of n elements of args, each arg_size bytes, and blocks
 * until all are done. Elements are given out in order, one at a time, to
 * whoever is free, and their turn comes before that of tasks submitted later.
 * With arg_size 0 each call gets args itself. results[i] becomes the result of
 * element i, NULL if it did not run; results may be NULL.
 *
 * All elements run even if one fails. args and results stay the caller's.
 * There are no futures, and the lock is taken once or twice a worker, not
 * once an element. Python's map is lazy and stops at the first failure that is
 * looked at; this one has nothing to stop.
 *
 * Returns 0, or the code of the first failing element in input order, which is
 * -ECANCELED for one that executor_shutdown took back; or, no element having
 * run: -EDEADLK from inside a task of ex; -ESHUTDOWN or -EAGAIN as for submit;
 * -ENOMEM.
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
 * task of the same executor, which in Python may hang; -ENOMEM.
 */
int future_result(struct future *f, int64_t timeout_ns, void **result);

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
 * Waits for the next future to be done and puts it in *f, which is NULL if
 * there is none. The timeout is for this call; Python's is for the whole
 * iteration. Returns 1, 0 at the end, or -ETIMEDOUT; after that one may go on.
 */
int as_completed_next(
	struct as_completed *it, int64_t timeout_ns, struct future **f);

/* Frees the iterator and no future, at any point. NULL is ignored. */
void as_completed_free(struct as_completed *it);

#endif
