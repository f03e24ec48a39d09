/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the library share; not a part of its interface. Names that
 * the linker sees have a prefix, so that they cannot clash with a program's.
 *
 * "Locked" below means: guarded by the executor's lock, or called with that
 * lock held. Lock order: executor.joining, then executor.lock. No other lock is
 * ever taken, and neither is held while a task, a callback or an initialiser
 * runs.
 */
#ifndef FUTURES_INTERNAL_H
#define FUTURES_INTERNAL_H

#include "futures/futures.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <time.h>

#define CACHE_LINE 64

/* Actions deferred until the lock is released: executor_unlock does them. */
struct deferred {
	atomic_uint *bell; /* a futex whose sleeper is to be woken, or NULL */
	struct future *calls; /* futures whose callbacks are due */
	struct future **end;  /* of that list, linked by work.next */
	bool waits;           /* this thread will wait for the workers */
	bool submits;         /* a task was placed */
};

/* How tasks are submitted. */
struct submission {
	int64_t deadline_ns; /* how long to wait for room; 0: not at all */
	bool orphans;        /* the caller keeps no futures */
	bool of_map;         /* see executor_refusal */
};

/* What a queue holds and a worker performs: a task, or a map on threads. */
struct work {
	const struct work_ops *ops;
	struct executor *executor;
	struct work *next, *previous; /* locked */
	unsigned wanted; /* locked: workers it needs; 0: it is not queued */
	int code; /* its result; the kind of work says who may access it */
};

/* What an executor asks of work. Locked, except for perform. */
struct work_ops {
	/* A worker has taken the work. */
	void (*begin)(struct work *work);
	/* The worker of the last begin could not be started. */
	void (*undo)(struct work *work);
	/*
	 * Runs the work on the worker, outside the lock; returns with the lock
	 * held, and the worker has done with it.
	 */
	void (*perform)(struct work *work, struct deferred *deferred);
	/* The worker that has taken the work cannot run it: ends with code. */
	void (*drop)(struct work *work, int code, struct deferred *deferred);
	/* Ends what has not started, with code, and leaves the queue. */
	void (*take_back)(
		struct work *work, int code, struct deferred *deferred);
};

/*
 * Where futures arrive as they get done. Any thread pushes, the owner takes.
 * After futures_watch_end has returned for each of its watches, no thread
 * accesses an inbox; one may still wake the address of `bell`.
 */
struct inbox {
	_Atomic(struct watch *) arrived; /* a stack: newest first */
	struct watch *taken;             /* the owner's: oldest first */
	atomic_uint bell;                /* enum bell; a futex */
};

/* Has one future arrive in one inbox. Locked, except for next_arrived. */
struct watch {
	struct watch *next, **link; /* in the future's list */
	struct watch *next_arrived; /* in the inbox's list */
	struct future *future;
	struct inbox *inbox;
};

struct callback {
	struct callback *next;
	future_callback *fn;
	void *arg;
};

/*
 * A program may hold many futures at once, and the first access to each of
 * their pages costs a fault. So a future has at most 88 bytes, the largest size
 * that malloc of glibc serves with 96. Members that processes alone need are in
 * struct process_future (shared.h).
 *
 * A future belongs to its submitter and, until it is done, to the executor too.
 * The state is written with the lock held and read without it. The store that
 * makes the state done is the last access of the executor: from then on the
 * owner may free the future. A future with callbacks is done and also CALLING
 * until they have returned.
 */
struct future {
	struct work work; /* first: a future is found by its work */
	task_fn *fn;
	void *arg;
	void *result;     /* the worker's until done, then constant; as code */
	atomic_int state; /* enum future_state, perhaps with CALLING */
	bool orphan;      /* locked: the owner has given it up */
	struct watch *watches;      /* locked */
	struct callback *callbacks; /* locked: newest first */
};
#define FUTURE_CALLING 16

/* The worker that a thread is: what `here` of executor.c points to. */
struct worker {
	struct executor *executor;
	int index; /* -1: a thread that serves the workers */
};

/*
 * How threads and processes differ. "Under" and "outside" refer to the
 * executor's lock.
 */
struct pool_ops {
	/*
	 * Under. Gives the work to `wanted` workers, at once or by the queue.
	 * Returns 0, or why a worker could not be started; then the work is not
	 * queued, but workers that were started for it have taken it.
	 */
	int (*place)(
		struct work *work, unsigned wanted, struct deferred *deferred);
	/*
	 * Under. How many idle workers wake must be called for: one, which
	 * wakes the next, or (all) as many as there is work for.
	 */
	unsigned (*must_wake)(struct executor *ex, bool all);
	/*
	 * Outside. Wakes n idle workers; `near`: if possible ones that went to
	 * sleep on this CPU.
	 */
	void (*wake)(struct executor *ex, unsigned n, bool near);
	/* Under. Whether exactly one task is not done, queued or taken. */
	bool (*has_one_task)(struct executor *ex);
	/* Under. Ends with code what is pending, and maps under way. */
	void (*take_back_all)(
		struct executor *ex, int code, struct deferred *deferred);
	/* Under. No more work will come: workers without work may end. */
	void (*end)(struct executor *ex);
	/* Outside; `joining` is held. Waits until all workers have ended. */
	void (*join)(struct executor *ex);
	/* Outside. Frees the executor, to which no reference is left. */
	void (*release)(struct executor *ex);
	/* Outside. Returns memory for a future, for free(), or NULL. */
	struct future *(*allocate)(size_t arg_size);

	/* The rest is for processes alone, and NULL for threads. */

	/* Under. Completes the futures of all tasks that have been run. */
	void (*collect)(struct executor *ex, struct deferred *deferred);
	/* Under. The future's state as its worker sees it, after collect. */
	enum future_state (*peek)(const struct future *f);
	/*
	 * Under. As collect, and from now on a thread of the executor collects
	 * whenever a task is done, until all are: a watch, a callback or a
	 * submitter without room depends on it.
	 */
	void (*collect_when_done)(
		struct executor *ex, struct deferred *deferred);
	/* Under. Takes f back; false: a worker has it. f is not queued. */
	bool (*withdraw)(struct future *f);
	/* Under. f is going to be done without a worker. */
	void (*ended)(struct future *f);
	/* Outside. Waits until f is done. Returns 0 or -ETIMEDOUT. */
	int (*await)(struct future *f, int64_t deadline_ns);
};

/*
 * Lives until its owner has freed it and the last of its futures is gone.
 * Members that different threads write often have cache lines of their own:
 * with `references` beside the counts of threads.c a task cost half as much
 * again.
 */
struct executor {
	/* rarely written */
	const struct pool_ops *ops;
	struct executor_options options;
	size_t limit;               /* of pending tasks; 0: none */
	atomic_uint spin;           /* of futures_spin_until */
	atomic_uint lost;           /* workers that died */
	atomic_bool results_wanted; /* see executor_note_results_wanted */
	pthread_mutex_t joining;
	pthread_cond_t room; /* pending has fallen, or no more work comes in */

	/* one for the owner and one for each future */
	alignas(CACHE_LINE) atomic_size_t references;

	alignas(CACHE_LINE) pthread_mutex_t lock;
	struct work queue; /* locked: the head of a ring; oldest first */
	atomic_uint
		queued;    /* written locked: sum of work.wanted in the queue */
	bool shut_down;    /* locked: no more work comes in */
	bool cancelled;    /* locked: the rest of maps is not run */
	bool broken;       /* locked: no task can be done */
	size_t pending;    /* locked: tasks that count towards the limit */
	int64_t lone_ns;   /* locked: see is_round_trip in executor.c */
	unsigned for_room; /* locked: submitters asleep on room */
	unsigned maps;     /* locked: under way on processes */
};

/* sleep.c: does not try the lock, which is taken, for a while. */
void futures_backoff(void);

static inline void executor_lock(struct executor *ex)
{
	if (!pthread_mutex_trylock(&ex->lock))
		return;
	futures_backoff();
	(void)pthread_mutex_lock(&ex->lock);
}

/*
 * A thread asks for a result, or waits for one. relaxed: is_round_trip only
 * guesses by it. Stored only if it changes, because all threads read this line.
 */
static inline void executor_note_results_wanted(struct executor *ex)
{
	if (!atomic_load_explicit(&ex->results_wanted, memory_order_relaxed))
		atomic_store_explicit(
			&ex->results_wanted, true, memory_order_relaxed);
}

/* relaxed: readers that do not hold the lock only guess by it */
static inline unsigned executor_queued(const struct executor *ex)
{
	return atomic_load_explicit(&ex->queued, memory_order_relaxed);
}

/* executor.c */

/* Takes work out of the queue, if it is queued. Locked. */
void executor_dequeue(struct work *work);
/* Appends work to the queue. Locked. */
void executor_append(struct executor *ex, struct work *work, unsigned wanted);
/* There is one pending task less. Locked. */
void executor_make_room(struct executor *ex);
/* Unlocks, wakes the workers it must, and does the deferred actions. */
void executor_unlock(struct executor *ex, struct deferred *deferred);
/* No worker can do any more: ends what is pending with -EPIPE. Locked. */
void executor_break(struct executor *ex, struct deferred *deferred);
/*
 * Why work is refused: -ESHUTDOWN or -EPIPE; 0: it is not. Locked. The rest of
 * a map that began before the shutdown (of_map) counts as pending, and is
 * taken.
 */
int executor_refusal(const struct executor *ex, bool of_map);
/* Notes which worker this thread is; whether it is one of ex. No lock. */
void executor_enter(const struct worker *worker);
bool executor_is_here(const struct executor *ex);
/* Not locked: the last reference to be dropped frees the executor. */
void executor_ref(struct executor *ex);
void executor_unref(struct executor *ex);
/* Takes the lock and places work. Returns as place, or executor_refusal. */
int executor_enqueue(struct work *work, unsigned wanted);
/*
 * As executor_submit, but waits for room no longer than until the deadline:
 * then -ETIMEDOUT, or -EAGAIN if the deadline is 0.
 */
int executor_submit_until(struct executor *ex, task_fn *fn, void *arg,
	int64_t deadline_ns, struct future **out);
/* As executor_submit_many; of_map: for a map that is under way. */
int executor_submit_all(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, bool of_map, struct future **out);

/* threads.c, processes.c: the parts of executor_create_with. */
int futures_threads_create(
	struct executor **out, const struct executor_options *options);
int futures_processes_create(
	struct executor **out, const struct executor_options *options);
/* locks.c: the lock, and the condition, whose deadlines are by CLOCK_MONOTONIC.
 * Both return 0 or an errno. */
int executor_init_lock(pthread_mutex_t *lock);
int executor_init_room(pthread_cond_t *room);
/* Returns zeroed memory for a pool of `size` bytes, for free(), or NULL. */
void *executor_allocate(size_t size);
/* Of the part that both pools have in common. Returns 0 or -errno. */
int executor_init(struct executor *ex, const struct pool_ops *ops,
	const struct executor_options *options);
void executor_release(struct executor *ex);

/* future.c */

/* If f is done, its code, its result and what it wrote are visible. */
static inline enum future_state future_stored_state(const struct future *f)
{
	/* acquire: pairs with the store in future_complete */
	int state = atomic_load_explicit(&f->state, memory_order_acquire);

	return (enum future_state)(state & ~FUTURE_CALLING);
}

static inline bool future_is_done(const struct future *f)
{
	return future_stored_state(f) >= FUTURE_CANCELLED;
}

struct future *future_create(
	struct executor *ex, task_fn *fn, void *arg, size_t arg_size);
void future_destroy(struct future *f);
/* Makes f done. Unless it has callbacks, it is then the owner's. Locked. */
void future_complete(
	struct future *f, enum future_state state, struct deferred *deferred);
/* Ends f without a worker: -ECANCELED as CANCELLED, else FINISHED. Locked. */
void future_end(struct future *f, int code, struct deferred *deferred);
/* Waits until f is done. Not locked. Returns 0, -ETIMEDOUT or -EDEADLK. */
int future_await(struct future *f, int64_t deadline_ns);
/* Calls the callbacks of the futures in deferred->calls. Not locked. */
void futures_call_back(struct deferred *deferred);

/* inbox.c */

void futures_inbox_init(struct inbox *inbox);
/*
 * Has f arrive in the inbox when it is done, perhaps at once. Takes the lock of
 * f's executor. The watch is in use until futures_watch_end. Returns false, and
 * does nothing, if the inbox watches f already.
 */
bool futures_inbox_watch(
	struct inbox *inbox, struct watch *watch, struct future *f);
/* The future of the watch is going to be done. Locked. */
void futures_inbox_put(struct watch *watch, struct deferred *deferred);
/* Waits for the next arrival. Returns 0 or -ETIMEDOUT. */
int futures_inbox_take(
	struct inbox *inbox, int64_t deadline_ns, struct watch **watch);
/* Takes the lock of the future's executor. The watch is free afterwards. */
void futures_watch_end(struct watch *watch);

/* sleep.c: the clock, the futex and the spin. */

/* The time of CLOCK_MONOTONIC. */
static inline int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#define NEVER INT64_MAX
static inline struct timespec futures_timespec(int64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000)};
}

/* The time at which a timeout that starts now ends; NEVER if it is < 0. */
int64_t futures_deadline_in(int64_t timeout_ns);
/* The bit of the CPU that this thread runs on: of its number modulo 32. */
unsigned futures_cpu_bit(void);
#define ALL_BITS (~0u)
/*
 * Sleeps while *word is value, and may wake spuriously. Returns 0 or
 * -ETIMEDOUT. `shared`: the word may be in memory that is shared with
 * processes. Wake-ups with one of `bits` end the sleep.
 */
int futures_futex_wait(atomic_uint *word, unsigned value, int64_t deadline_ns,
	bool shared, unsigned bits);
/*
 * Wakes up to n sleepers that have one of `bits`, the longest asleep first, and
 * returns how many.
 */
int futures_futex_wake(atomic_uint *word, int n, bool shared, unsigned bits);
/*
 * Spins until ready(arg), for a while at most and only if spinning has
 * succeeded lately. *waits is the state that decides: 0 for never to spin, or 1
 * at first. Returns whether it was ready.
 */
bool futures_spin_until(
	atomic_uint *waits, bool (*ready)(const void *arg), const void *arg);
/* Whether this process has more than one CPU, without which it is useless. */
bool futures_spin_is_of_use(void);

#endif
