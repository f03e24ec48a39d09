/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory that a process executor shares with its workers. A worker may be
 * killed between any two instructions, and must leave nothing locked, lost or
 * undecided. So there are no locks in this memory, and these rules:
 *
 * A task lies in a record. The queue is a ring of cells that name records; only
 * the parent writes cells, under its executor's lock. A worker takes a task by
 * one compare-and-swap that puts its own number into the record's state, so it
 * is always known which worker has which task. `head` is only a hint where to
 * look, and a worker that finds it behind moves it on. A task that has been run
 * is pushed on the stack `done` by another compare-and-swap, and the parent
 * takes the stack whole.
 *
 *   FREE -> QUEUED -> TAKEN -> DONE -> FREE
 *             |                         ^
 *             +-- the parent cancels ---+
 *
 * The position in the ring is a part of the state, so that a worker that has
 * read an old cell cannot take a later task of the same record.
 */
#ifndef FUTURES_SHARED_H
#define FUTURES_SHARED_H

#include "futures/internal.h"

#include <assert.h>
#include <sys/types.h>

enum record_kind {
	RECORD_FREE,   /* the parent may fill it */
	RECORD_QUEUED, /* in the ring: the first worker to take it has it */
	RECORD_TAKEN,  /* its worker runs it */
	RECORD_DONE,   /* it has been run, and is pushed on the stack next */
};

/* A record's state: its position in the ring, its worker and its kind. */
#define RECORD_STATE(position, worker, kind) \
	((position) << 16 | (uint64_t)(worker) << 2 | (uint64_t)(kind))
#define RECORD_KIND(state)   ((enum record_kind)((state)&3))
#define RECORD_WORKER(state) ((unsigned)((state) >> 2 & 0x3fff))

struct task_record {
	alignas(CACHE_LINE) _Atomic uint64_t state;
	unsigned below;      /* the next record of the stack: number + 1 */
	atomic_uint awaited; /* a thread sleeps until it is done: ring */
	int code;
	task_fn *fn;
	void *arg;       /* as submitted; unused if arg_size > 0 */
	size_t arg_size; /* of the copied argument, which follows the record */
	void *result;
	ptrdiff_t result_at; /* of result in the argument; < 0: it is not */
};

/* What a cell holds: its position in the ring, and the record's number. */
#define CELL(position, record) ((position) << 16 | (uint64_t)(record))
#define CELL_RECORD(cell)      ((unsigned)((cell)&0xffff))
#define CELL_POSITION(cell)    ((cell) >> 16)

/*
 * When a worker is to call the keeper. The parent sets it, the caller clears.
 */
enum notify {
	NOTIFY_NEVER, /* threads that want a result collect it themselves */
	NOTIFY_LOW,   /* when the ring runs low: tasks wait for records */
	NOTIFY_EACH,  /* when any task is done: see collect_when_done */
};

#define RECORDS 2048u /* tasks that workers know of */
/* More tasks than workers can take before the keeper feeds them again. */
#define LOW (RECORDS / 2)
static_assert(LOW >= EXECUTOR_MAX_PROCESSES, "the ring feeds all workers");
#define CELLS 4096u /* a power of two, > RECORDS */

struct shared {
	/* the queue */
	alignas(CACHE_LINE) _Atomic uint64_t head; /* <= the oldest QUEUED */
	alignas(CACHE_LINE) _Atomic uint64_t tail; /* written by the parent */
	/* the top of the stack of tasks that are done: number + 1, or 0 */
	alignas(CACHE_LINE) atomic_uint done;
	atomic_uint bell;   /* futex of the waiters for awaited tasks */
	atomic_uint notify; /* enum notify */
	/* idle workers; too high if one died while it counted itself */
	alignas(CACHE_LINE) atomic_uint asleep;
	atomic_uint waking; /* a worker was woken and does not run yet */
	atomic_uint wake;   /* futex of idle workers */
	atomic_uint end;    /* no more work will come */
	atomic_uint ready;  /* workers that are initialised */
	atomic_uint spin;   /* of futures_spin_until */
	atomic_uchar is_asleep[EXECUTOR_MAX_PROCESSES];
	alignas(CACHE_LINE) _Atomic uint64_t cell[CELLS];
};

/* A future of a process executor. */
struct process_future {
	struct future base; /* first: it is found by its future */
	size_t arg_size;    /* bytes to copy; 0: arg is passed as a number */
	unsigned record;    /* locked: its number + 1; 0: none */
	unsigned awaited;   /* locked: threads asleep in .._processes_await */
};

static inline struct process_future *process_future_of(const struct future *f)
{
	return (struct process_future *)f;
}

/* The parent's side. A worker has a copy of it from when it was forked. */
struct process_pool {
	struct executor base; /* first: a pool is found by its executor */
	struct shared *shared;
	char *records;
	size_t record_size, mapped;
	int event;           /* eventfd: the keeper is wanted */
	pthread_t keeper;    /* forks, collects and reaps */
	pthread_cond_t born; /* started is final */
	bool started;        /* locked: all are ready, or start_error is set */
	int start_error;     /* locked */
	bool joined;         /* `joining` guards it */
	bool collects_when_done; /* locked: see pool_ops */
	struct deferred due;    /* locked: what the keeper does once unlocked */
	unsigned alive;         /* locked: workers */
	unsigned records_used;  /* locked: records in use */
	unsigned n_free;        /* locked */
	unsigned free[RECORDS]; /* locked: a stack of record numbers */
	struct future *held[RECORDS]; /* locked: whose record it is */
	struct process_worker {
		struct worker base;
		int pidfd; /* -1: reaped */
	} worker[];        /* max_workers */
};

static inline struct task_record *record_of(
	const struct process_pool *pool, unsigned number)
{
	return (struct task_record *)(pool->records +
		number * pool->record_size);
}

static inline void *record_bytes(struct task_record *record)
{
	return record + 1;
}

static inline struct process_pool *process_pool_of(struct executor *ex)
{
	return (struct process_pool *)ex;
}

/* process_queue.c. The functions are called under the lock. */

extern const struct pool_ops futures_process_ops;
/* Two of them, which the keeper calls too. */
void futures_processes_collect(struct executor *ex, struct deferred *deferred);
void futures_processes_collect_when_done(
	struct executor *ex, struct deferred *deferred);
/* Tasks wait for records: collects, and has the keeper give them some later. */
void futures_processes_feed(struct executor *ex, struct deferred *deferred);
/* Frees f's record. */
void futures_record_give_back(struct process_pool *pool, struct future *f);
/* A worker has run f's task: completes f. */
void futures_record_finish(
	struct process_pool *pool, struct future *f, struct deferred *deferred);

/* processes.c: the other pool_ops of processes. */

void futures_processes_end(struct executor *ex);
void futures_processes_join(struct executor *ex);
void futures_processes_release(struct executor *ex);

/* Wakes the keeper. Parent and workers; no lock. Returns 0 or -errno. */
int futures_keeper_call(struct process_pool *pool);

/* process_worker.c */

/* The following three: parent and workers; no lock. */

/* Wakes the threads that sleep in processes_await. */
void futures_shared_ring(struct shared *shared);

/*
 * Wakes up to n idle workers if there is work. A single one is woken only if
 * none is waking; `near`: if possible one that went to sleep on this CPU.
 */
void futures_shared_wake(struct shared *shared, unsigned n, bool near);
/*
 * Moves head past the tasks that are no longer queued. Returns whether one is,
 * and its position and record.
 */
bool futures_shared_find(const struct process_pool *pool, uint64_t *position,
	struct task_record **record);
/* The life of a worker process. */
_Noreturn void futures_process_worker_run(
	struct process_pool *pool, unsigned index, pid_t parent);

#endif
