/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory that a process executor shares with its workers, and the rules by
 * which a worker may be killed between any two instructions and leave nothing
 * locked, lost or doubtful. There are no locks in it.
 *
 * A task lies in a record. The queue is a ring of cells that name records, written
 * by the parent alone (under its executor's lock). A worker owns a task from
 * the moment in which its compare-and-swap puts its own number into the record's
 * state: so of every task it is known whose it is. `head` only hints where to
 * look; a worker that finds it behind moves it on. A task that is done goes on
 * the stack `done` by one more compare-and-swap, and the parent takes that
 * whole.
 *
 *   FREE -> QUEUED -> TAKEN -> DONE -> FREE
 *             |                         ^
 *             +-- the parent cancels ---+
 *
 * The position in the ring is part of the state, so a worker that looks at an
 * old cell cannot take the record's next task.
 */
#ifndef FUTURES_SHARED_H
#define FUTURES_SHARED_H

#include "futures/internal.h"

#include <assert.h>
#include <sys/types.h>

enum record_kind {
	RECORD_FREE,   /* the parent may fill it */
	RECORD_QUEUED, /* in the ring: who takes it first has it */
	RECORD_TAKEN,  /* its worker runs it */
	RECORD_DONE,   /* it has run; in the stack, or about to be */
};

/* A record's state: its position in the ring, its worker and its kind. */
#define RECORD_STATE(position, worker, kind) \
	((position) << 16 | (uint64_t)(worker) << 2 | (uint64_t)(kind))
#define RECORD_KIND(state)   ((enum record_kind)((state)&3))
#define RECORD_WORKER(state) ((unsigned)((state) >> 2 & 0x3fff))

struct task_record {
	alignas(CACHE_LINE) _Atomic uint64_t state;
	unsigned below;      /* in the stack: a record's number + 1 */
	atomic_uint awaited; /* somebody sleeps until it is done: ring */
	int code;
	task_fn *fn;
	void *arg;       /* as submitted; if arg_size > 0, of no meaning here */
	size_t arg_size; /* bytes, which follow the record */
	void *result;
	ptrdiff_t result_at; /* < 0: a number; else an offset into bytes */
};

/* What a cell holds: its position in the ring, and the record's number. */
#define CELL(position, record) ((position) << 16 | (uint64_t)(record))
#define CELL_RECORD(cell)      ((unsigned)((cell)&0xffff))
#define CELL_POSITION(cell)    ((cell) >> 16)

/* When workers call the keeper, once; set by the parent, cleared by them. */
enum notify {
	NOTIFY_NEVER, /* who wants to know will look */
	NOTIFY_LOW,   /* when the ring runs low: tasks wait for records */
	NOTIFY_EACH,  /* when anything is done: somebody counts on it */
};

#define RECORDS 2048u /* tasks that workers know of */
/* Workers never starve: more than can be taken while none is completed. */
#define LOW (RECORDS / 2)
static_assert(LOW >= EXECUTOR_MAX_PROCESSES, "the ring feeds all workers");
#define CELLS 4096u /* a power of two, > RECORDS */

struct shared {
	/* the queue */
	alignas(CACHE_LINE) _Atomic uint64_t head; /* <= the oldest QUEUED */
	alignas(CACHE_LINE) _Atomic uint64_t tail; /* the parent's */
	/* the stack of what is done: a record's number + 1, or 0 */
	alignas(CACHE_LINE) atomic_uint done;
	atomic_uint bell;   /* futex of the waiters for awaited tasks */
	atomic_uint notify; /* enum notify */
	/* idle workers, or one more for each that died asleep */
	alignas(CACHE_LINE) atomic_uint asleep;
	atomic_uint waking; /* one was told and is not up yet */
	atomic_uint wake;   /* futex of those */
	atomic_uint end;    /* no more work will come */
	atomic_uint ready;  /* workers that are initialised */
	atomic_uint spin;   /* of futures_spin_until */
	atomic_uchar is_asleep[EXECUTOR_MAX_PROCESSES];
	alignas(CACHE_LINE) _Atomic uint64_t cell[CELLS];
};

/* A future of a process executor. */
struct process_future {
	struct future base; /* first: it is found by its future */
	size_t arg_size;    /* of *arg, 0: only the address counts */
	unsigned record;    /* locked: its number + 1; 0: none */
	unsigned awaited;   /* locked: who sleeps in futures_processes_await */
};

static inline struct process_future *process_future_of(const struct future *f)
{
	return (struct process_future *)f;
}

/* The parent's side, and what a worker knows of it from before its birth. */
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
	bool collects_when_done; /* locked: somebody waits for the keeper's work */
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

static inline bool has_queued(const struct executor *ex)
{
	return atomic_load_explicit(&ex->queued, memory_order_relaxed) > 0;
}

/* process_queue.c: the pool_ops of processes, and what reaping needs. Locked. */

struct future *futures_processes_allocate(size_t arg_size); /* not locked */
void futures_processes_collect(struct executor *ex, struct deferred *deferred);
enum future_state futures_processes_peek(const struct future *f);
void futures_processes_collect_when_done(
	struct executor *ex, struct deferred *deferred);
int futures_processes_place(
	struct work *work, unsigned wanted, struct deferred *deferred);
unsigned futures_processes_must_wake(struct executor *ex, bool all);
void futures_processes_wake(struct executor *ex, unsigned n, bool near);
bool futures_processes_has_one_task(struct executor *ex);
bool futures_processes_withdraw(struct future *f);
void futures_processes_ended(struct future *f);
/* Work waits for records: the keeper is to feed it. */
void futures_processes_feed(struct executor *ex, struct deferred *deferred);
void futures_processes_take_back_all(
	struct executor *ex, int code, struct deferred *deferred);
int futures_processes_await(struct future *f, int64_t deadline_ns);
/* f's record is free again. */
void futures_record_give_back(struct process_pool *pool, struct future *f);
/* A worker has run f's task. */
void futures_record_finish(
	struct process_pool *pool, struct future *f, struct deferred *deferred);

/* processes.c */

/* Has the keeper look what there is to do. No lock. Returns 0 or -errno. */
int futures_keeper_call(struct process_pool *pool);

/* process_worker.c */

/* Wakes who waits for what is awaited. Anybody. */
void futures_shared_ring(struct shared *shared);

/*
 * Wakes up to n idle workers if there is work: one only if none is waking, and
 * if `near` one that slept on this CPU if there is such. Anybody.
 */
void futures_shared_wake(struct shared *shared, unsigned n, bool near);
/* Moves head past what is not queued any more. Anybody. */
bool futures_shared_find(const struct process_pool *pool, uint64_t *position,
	struct task_record **record);
/* A worker's life; it does not return. */
_Noreturn void futures_process_worker_run(
	struct process_pool *pool, unsigned index, pid_t parent);

#endif
