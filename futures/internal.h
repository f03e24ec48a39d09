/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the library share; no part of its interface. Names that the
 * linker sees have a prefix all the same, so that no program has the same ones.
 *
 * One lock per executor guards all that is said to be "locked" below. Lock
 * order: executor.joining, executor.lock. Nothing else is ever locked, and
 * none is held while a task, a callback or an initialiser runs.
 */
#ifndef FUTURES_INTERNAL_H
#define FUTURES_INTERNAL_H

#include "futures/futures.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <time.h>

#define CACHE_LINE 64

/* What is to be done once the lock is released. */
struct deferred {
	atomic_uint *bell;    /* a sleeper to wake, or NULL */
	struct future *calls; /* done, and their callbacks are due */
	struct future **end;  /* linked by work.next */
	bool waits;           /* this thread will wait for the workers */
	bool submits;         /* a task was placed */
};

/* How tasks are submitted. */
struct submission {
	int64_t deadline_ns; /* to wait for room; 0: not at all */
	bool orphans;        /* nobody will know how they end */
	bool of_map;         /* see executor_refusal */
};

/* A place in the queue: of one task, or of one map. */
struct work {
	const struct work_ops *ops;
	struct executor *executor;
	struct work *next, *previous; /* locked */
	unsigned wanted; /* locked: workers it waits for; 0: not in the queue */
	int code; /* what it ended with; its kind says who may touch it */
};

/* What the executor asks of work. Locked, but for perform. */
struct work_ops {
	/* A worker has it in hand from now on. */
	void (*begin)(struct work *work);
	/* That worker could not be started. */
	void (*undo)(struct work *work);
	/* Runs it on the worker; returns with the lock held, and it is over. */
	void (*perform)(struct work *work, struct deferred *deferred);
	/* In hand, but the worker cannot: it ends with code. */
	void (*drop)(struct work *work, int code, struct deferred *deferred);
	/* Ends the tasks that have not started, with code; it leaves the queue. */
	void (*take_back)(
		struct work *work, int code, struct deferred *deferred);
};

/*
 * Where futures arrive as they get done. Anybody pushes, its owner takes. Once
 * futures_watch_end has returned for all its watches nobody touches it, but for
 * a wake-up of the address of `bell`.
 */
struct inbox {
	_Atomic(struct watch *) arrived; /* a stack: newest first */
	struct watch *taken;             /* the owner's: oldest first */
	atomic_uint bell;                /* enum bell, a futex */
};

/* One inbox waits for one future. All but `next_arrived` is locked. */
struct watch {
	struct watch *next, **link; /* the future's list */
	struct watch *next_arrived; /* the inbox's list */
	struct future *future;
	struct inbox *inbox;
};

struct callback {
	struct callback *next;
	future_callback *fn;
	void *arg;
};

/*
 * Many may be alive at once, and every page they touch first costs a fault. So
 * it is kept to 88 bytes, after which malloc of glibc goes on to 104; what
 * processes alone need, they add (shared.h).
 *
 * Owned by the submitter, and until it is done by the executor too. The state
 * is written with the lock held and read without. The store that makes it done
 * is the executor's last touch: from then on the owner may free it. If it has
 * callbacks, it is done and CALLING until they have returned.
 */
struct future {
	struct work work; /* first: a future is found by its place */
	task_fn *fn;
	void *arg;
	void *result;               /* as work.code: the worker's, then const */
	atomic_int state;           /* enum future_state, perhaps CALLING */
	bool orphan;                /* locked: its owner has given it up */
	struct watch *watches;      /* locked: who waits for it */
	struct callback *callbacks; /* locked: newest first */
};
#define FUTURE_CALLING 16

/* The worker a task is on: what `here` points to. */
struct worker {
	struct executor *executor;
	int index; /* -1: it serves them, and is none */
};

/* How threads and processes differ. Locked, but for join and release. */
struct pool_ops {
	/*
	 * Gives work to `wanted` workers, at once or by the queue.
	 * Returns 0, or why a worker could not be started; then the work is not
	 * in the queue, and workers that were started for it have it in hand.
	 */
	int (*place)(
		struct work *work, unsigned wanted, struct deferred *deferred);
	/*
	 * How many idle workers must be told of queued work: the first of a
	 * chain, or `all` there is work for; then tell, unlocked.
	 */
	unsigned (*must_wake)(struct executor *ex, bool all);
	/* `near`: one that went to sleep on this CPU, if there is such */
	void (*wake)(struct executor *ex, unsigned n, bool near);
	/* Whether there is one task that is not done, in hand or not. */
	bool (*has_one_task)(struct executor *ex);
	/* Ends pending work, and maps in hand, with code. */
	void (*take_back_all)(
		struct executor *ex, int code, struct deferred *deferred);
	/* No more work will come. */
	void (*end)(struct executor *ex);
	/* Waits until all workers are gone; `joining` is held. */
	void (*join)(struct executor *ex);
	void (*release)(struct executor *ex);
	/* Memory of a future, for free; NULL: none. No lock. */
	struct future *(*allocate)(size_t arg_size);
	/* The rest is for processes alone, else NULL. */
	/* Brings the states of all futures up to date. */
	void (*collect)(struct executor *ex, struct deferred *deferred);
	/* f's state as the workers see it, after collect. */
	enum future_state (*peek)(const struct future *f);
	/* Somebody watches f, or waits for room: collect without being asked */
	void (*collect_when_done)(
		struct executor *ex, struct deferred *deferred);
	/* f has left the queue: takes it back; false if a worker has it. */
	bool (*withdraw)(struct future *f);
	/* f is about to be done without a worker. */
	void (*ended)(struct future *f);
	/* Waits for f. Not locked. Returns 0 or -ETIMEDOUT. */
	int (*await)(struct future *f, int64_t deadline_ns);
};

/*
 * Lives until the owner has freed it and the last of its futures is gone. What
 * different threads write all the time has lines of the cache of its own: with
 * `references` beside the counts of threads.c a task took half as long again.
 */
struct executor {
	/* hardly ever written */
	const struct pool_ops *ops;
	struct executor_options options;
	size_t limit;               /* of pending tasks; 0: none */
	atomic_uint spin;           /* of futures_spin_until */
	atomic_uint lost;           /* workers that died */
	atomic_bool results_wanted; /* see executor_note_results_wanted */
	pthread_mutex_t joining;
	pthread_cond_t room; /* pending has fallen, or no more comes in */

	/* the owner's, and one for each future */
	alignas(CACHE_LINE) atomic_size_t references;

	alignas(CACHE_LINE) pthread_mutex_t lock;
	struct work queue;  /* locked: the ends of a ring; oldest first */
	atomic_uint queued; /* locked writes: sum of work.wanted in it */
	bool shut_down;     /* locked: no more work comes in */
	bool cancelled;     /* locked: the rest of maps is not run */
	bool broken;        /* locked: no task can be done */
	size_t pending;     /* locked: tasks that count for the limit */
	int64_t lone_ns;    /* locked: when an only task last woke a worker */
	unsigned for_room;  /* locked: submitters asleep on room */
	unsigned maps;      /* locked: on processes, under way */
};

/* sleep.c: keeps off the lock, which is taken, for a while. */
void futures_backoff(void);

static inline void executor_lock(struct executor *ex)
{
	if (!pthread_mutex_trylock(&ex->lock))
		return;
	futures_backoff();
	(void)pthread_mutex_lock(&ex->lock);
}

/*
 * Somebody asks for results, or waits. relaxed: a guess. Written once, not for
 * each future: all read this line.
 */
static inline void executor_note_results_wanted(struct executor *ex)
{
	if (!atomic_load_explicit(&ex->results_wanted, memory_order_relaxed))
		atomic_store_explicit(
			&ex->results_wanted, true, memory_order_relaxed);
}

/* executor.c */

/* Takes work out of the queue if it is in it. Locked. */
void executor_dequeue(struct work *work);
void executor_append(struct executor *ex, struct work *work, unsigned wanted);
/* One pending task less. Locked. */
void executor_make_room(struct executor *ex);
/* Unlocks, wakes whom it must, does what is due after. */
void executor_unlock(struct executor *ex, struct deferred *deferred);
/* No more work can be done: what is pending ends with -EPIPE. Locked. */
void executor_break(struct executor *ex, struct deferred *deferred);
/*
 * Why no work comes in: 0, -ESHUTDOWN or -EPIPE. Locked. What is left of a map
 * that began before the shutdown is pending, and still comes in.
 */
int executor_refusal(const struct executor *ex, bool of_map);
/* Sets or tells which worker this thread is. No lock. */
void executor_enter(const struct worker *worker);
bool executor_is_here(const struct executor *ex);
/* References are dropped without a lock, and the last one frees. */
void executor_ref(struct executor *ex);
void executor_unref(struct executor *ex);
/* Gives work to workers. Takes the lock. Returns as place, or a refusal. */
int executor_enqueue(struct work *work, unsigned wanted);
/*
 * Submits as executor_submit, but waits until the deadline at most: then it is
 * -ETIMEDOUT, or with a deadline of 0 -EAGAIN.
 */
int executor_submit_until(struct executor *ex, task_fn *fn, void *arg,
	int64_t deadline_ns, struct future **out);
/* As executor_submit_many, of a map that is under way or not. */
int executor_submit_all(struct executor *ex, task_fn *fn, void *args, size_t n,
	size_t arg_size, bool of_map, struct future **out);

/* threads.c, processes.c: the parts of executor_create_with. */
int futures_threads_create(
	struct executor **out, const struct executor_options *options);
int futures_processes_create(
	struct executor **out, const struct executor_options *options);
/* Zeroed memory for a pool of so many bytes, for free; NULL: none. */
void *executor_allocate(size_t size);
/* What both have in common. Returns 0 or -errno. */
int executor_init(struct executor *ex, const struct pool_ops *ops,
	const struct executor_options *options);
void executor_release(struct executor *ex);

/* future.c */

/* If it is done, its code, result and effects are visible. */
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
/* f is done; unless callbacks are due it is the owner's alone. Locked. */
void future_complete(
	struct future *f, enum future_state state, struct deferred *deferred);
/* -ECANCELED makes it CANCELLED, all else FINISHED. Locked. */
void future_end(struct future *f, int code, struct deferred *deferred);
/* Waits for f to be done. Returns 0, -ETIMEDOUT or -EDEADLK. */
int future_await(struct future *f, int64_t deadline_ns);
/* Calls the callbacks of deferred->calls. Not locked. */
void futures_call_back(struct deferred *deferred);

/* inbox.c */

void futures_inbox_init(struct inbox *inbox);
/*
 * Has f arrive when it is done, which may be at once. Takes f's lock. The watch
 * is in use until futures_watch_end. Returns false, and does nothing, if the
 * inbox watches f already.
 */
bool futures_inbox_watch(
	struct inbox *inbox, struct watch *watch, struct future *f);
/* The watch's future is done. Locked. */
void futures_inbox_put(struct watch *watch, struct deferred *deferred);
/* Waits for an arrival. Returns 0 or -ETIMEDOUT. */
int futures_inbox_take(
	struct inbox *inbox, int64_t deadline_ns, struct watch **watch);
/* Takes the future's lock; when it returns the future is forgotten. */
void futures_watch_end(struct watch *watch);

/* sleep.c: the clock, the futex and the spin. */

/* Of CLOCK_MONOTONIC. Not a global name, for any program may have it. */
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

/* CLOCK_MONOTONIC at which a timeout is over: NEVER if it is < 0. */
int64_t futures_deadline_in(int64_t timeout_ns);
/* The bit of the CPU that this thread is on; CPUs 32 apart share one. */
unsigned futures_cpu_bit(void);
#define ALL_BITS (~0u)
/*
 * Sleeps while *word is value. May return early for no reason. Returns 0 or
 * -ETIMEDOUT. `shared`: the word may be in memory shared with processes.
 * `bits`: who is meant by a wake-up, see there.
 */
int futures_futex_wait(atomic_uint *word, unsigned value, int64_t deadline_ns,
	bool shared, unsigned bits);
/*
 * Wakes up to n sleepers that have one of `bits`, those first who have slept
 * longest, and returns how many there were.
 */
int futures_futex_wake(atomic_uint *word, int n, bool shared, unsigned bits);
/*
 * Looks for a while until ready(arg) says so, if that has helped lately.
 * *waits is 0 for never; else the caller's to keep, and to set to 1 at first.
 * Returns whether it was ready.
 */
bool futures_spin_until(
	atomic_uint *waits, bool (*ready)(const void *arg), const void *arg);
/* Whether there is more than one CPU, so that it makes sense. */
bool futures_spin_is_of_use(void);

#endif
