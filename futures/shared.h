/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory that a process executor shares with its workers, and the rules by
 * which a worker may be killed between any two instructions and leave nothing
 * locked, lost or doubtful. There are no locks in it.
 *
 * A task lies in a slot. The queue is a ring of cells that name slots, written
 * by the parent alone (under its executor's lock). A worker owns a task from
 * the moment in which its compare-and-swap puts its own number into the slot's
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
 * old cell cannot take the slot's next task.
 */
#ifndef FUTURES_SHARED_H
#define FUTURES_SHARED_H

#include "futures/internal.h"

#include <assert.h>
#include <sys/types.h>

enum slot_kind {
	SLOT_FREE,   /* the parent may fill it */
	SLOT_QUEUED, /* in the ring: who takes it first has it */
	SLOT_TAKEN,  /* its worker runs it */
	SLOT_DONE,   /* it has run; in the stack, or about to be */
};

/* A slot's state: its position in the ring, its worker and its kind. */
#define SLOT_STATE(position, worker, kind) \
	((position) << 16 | (uint64_t)(worker) << 2 | (uint64_t)(kind))
#define SLOT_KIND(state)   ((enum slot_kind)((state)&3))
#define SLOT_WORKER(state) ((unsigned)((state) >> 2 & 0x3fff))

struct slot {
	alignas(CACHE_LINE) _Atomic uint64_t state;
	unsigned below;      /* in the stack: a slot's number + 1 */
	atomic_uint awaited; /* somebody sleeps until it is done: ring */
	int code;
	task_fn *fn;
	void *arg;       /* as submitted; if arg_size > 0, of no meaning here */
	size_t arg_size; /* bytes, which follow the slot */
	void *result;
	ptrdiff_t result_at; /* < 0: a number; else an offset into bytes */
};

/* What a cell holds: its position in the ring, and the slot's number. */
#define CELL(position, slot) ((position) << 16 | (uint64_t)(slot))
#define CELL_SLOT(cell)      ((unsigned)((cell)&0xffff))
#define CELL_POSITION(cell)  ((cell) >> 16)

/* When workers call the keeper, once; set by the parent, cleared by them. */
enum notify {
	NOTIFY_NEVER, /* who wants to know will look */
	NOTIFY_LOW,   /* when the ring runs low: tasks wait for slots */
	NOTIFY_EACH,  /* when anything is done: somebody counts on it */
};

#define SLOTS 2048u /* tasks that workers know of */
/* Workers never starve: more than can be taken while none is completed. */
#define LOW (SLOTS / 2)
static_assert(LOW >= EXECUTOR_MAX_PROCESSES, "the ring feeds all workers");
#define CELLS 4096u /* a power of two, > SLOTS */

struct shared {
	/* the queue */
	alignas(CACHE_LINE) _Atomic uint64_t head; /* <= the oldest QUEUED */
	alignas(CACHE_LINE) _Atomic uint64_t tail; /* the parent's */
	/* the stack of what is done: a slot's number + 1, or 0 */
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
	unsigned slot;      /* locked: its number + 1; 0: none */
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
	char *slots;
	size_t slot_size, mapped;
	int event;            /* eventfd: the keeper is wanted */
	pthread_t keeper;     /* forks, collects and reaps */
	pthread_cond_t born;  /* started is final */
	bool started;         /* locked: all are ready, or start_error is set */
	int start_error;      /* locked */
	bool joined;          /* `joining` guards it */
	bool attended;        /* locked: somebody waits for the keeper's work */
	struct after due;     /* locked: what the keeper does once unlocked */
	unsigned alive;       /* locked: workers */
	unsigned in_slots;    /* locked: slots in use */
	unsigned n_free;      /* locked */
	unsigned free[SLOTS]; /* locked: a stack of slot numbers */
	struct future *held[SLOTS]; /* locked: whose slot it is */
	struct process_worker {
		struct worker base;
		int pidfd; /* -1: reaped */
	} worker[];        /* max_workers */
};

static inline struct slot *slot_of(
	const struct process_pool *pool, unsigned number)
{
	return (struct slot *)(pool->slots + number * pool->slot_size);
}

static inline void *slot_bytes(struct slot *slot)
{
	return slot + 1;
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
void futures_processes_collect(struct executor *ex, struct after *after);
enum future_state futures_processes_peek(const struct future *f);
void futures_processes_attend(struct executor *ex, struct after *after);
int futures_processes_place(
	struct work *work, unsigned wanted, struct after *after);
unsigned futures_processes_must_wake(struct executor *ex, bool all);
void futures_processes_wake(struct executor *ex, unsigned n, bool near);
bool futures_processes_has_one(struct executor *ex);
bool futures_processes_recall(struct future *f);
void futures_processes_ended(struct future *f);
/* Work waits for slots: the keeper is to feed it. */
void futures_processes_feed(struct executor *ex, struct after *after);
void futures_processes_take_back_all(
	struct executor *ex, int code, struct after *after);
int futures_processes_await(struct future *f, int64_t deadline_ns);
/* f's slot is free again. */
void futures_slot_give_back(struct process_pool *pool, struct future *f);
/* A worker has run f's task. */
void futures_slot_finish(
	struct process_pool *pool, struct future *f, struct after *after);

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
	struct slot **slot);
/* A worker's life; it does not return. */
_Noreturn void futures_process_worker_run(
	struct process_pool *pool, unsigned index, pid_t parent);

#endif
