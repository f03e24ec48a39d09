/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the parent of worker processes learns that a task is done, while a worker
 * may be killed between any two steps (run and sleep_idle in
 * futures/process_worker.c; awaiting, watching, cancelling and feeding in
 * process_queue.c; the keeper in processes.c). There is one record, for which
 * tasks wait. Idle workers neither sleep nor wake here: see processes.pml.
 * Either one worker serves two clients, or, built with -DDEATH, a worker that
 * may be killed serves one client, and another worker takes its place.
 *
 * What must hold: a thread that awaits a task wakes once it is done; a watched
 * task completes though no thread asks for it; no task waits for a record for
 * ever.
 *
 * The model must fail if built with -DLOOK_FIRST (the waiter looks at the stack
 * before it sets the flag), -DFLAG_FIRST (the worker looks at the flag before
 * it pushes), -DBELL_LATE (the waiter reads the bell after both), -DNO_RING
 * (the thread that collects leaves ringing to the worker), -DCOLLECT_FIRST
 * (notify is set after the look), -DNO_IDLE_LOOK (a worker that goes idle calls
 * no keeper) or, with -DDEATH, -DNO_SETTLING (the task of a dead worker is not
 * settled).
 */
#define TASKS   2
#define RECORDS   1
#ifdef DEATH
#define WORKERS 2
#define CLIENTS 1
#else
#define WORKERS 1
#define CLIENTS 2
#endif
#define LOW     1
#define NOBODY  WORKERS

mtype = { FREE, QUEUED, TAKEN, DONE };         /* a record */
mtype = { UNBORN, PENDING, PLACED, COMPLETE }; /* a task */
mtype = { NOTIFY_NEVER, NOTIFY_LOW, NOTIFY_EACH };

/* what the workers see */
mtype kind[RECORDS] = FREE;
byte position[RECORDS], owner[RECORDS], cell[TASKS], head, tail;
byte done; /* the stack, as a set: 1 << record */
bool awaited[RECORDS], in_futex[2], called, dead;
bool heard[2]; /* the bell has rung since this client looked at it */
mtype notify = NOTIFY_NEVER;

/* the parent's own, under its lock */
bool locked, collects_when_done, reaped, watched[TASKS];
mtype phase[TASKS] = UNBORN;
byte held[RECORDS], record_of[TASKS], sleepers[TASKS];

byte returned;

#define SOME_PENDING (phase[0] == PENDING || phase[1] == PENDING)

inline lock()
{
	atomic { !locked -> locked = true }
}

inline ring_bell()
{
	atomic { heard[0] = true; heard[1] = true }
	atomic { in_futex[0] = false; in_futex[1] = false }
}

/* record_give_back and future_complete; only lock holders see these stores */
inline finish(record)
{
	kind[record] = FREE;
	phase[held[record]] = COMPLETE;
	rings = rings || sleepers[held[record]] > 0
}

inline ring_if_due()
{
	if
#ifdef NO_RING
	:: rings = false
#else
	:: rings -> rings = false; ring_bell()
	:: else
#endif
	fi
}

/* In one step, as take_done: workers see no store but feed_one's last. */
inline feed()
{
	do
	:: s = 0; t = 0;
		do
		:: s < RECORDS && kind[s] != FREE -> s++
		:: else -> break
		od;
		do
		:: t < TASKS && phase[t] != PENDING -> t++
		:: else -> break
		od;
		if
		:: s < RECORDS && t < TASKS ->
			phase[t] = PLACED;
			held[s] = t;
			record_of[t] = s;
			awaited[s] = sleepers[t] > 0;
			kind[s] = QUEUED;
			position[s] = tail;
			owner[s] = NOBODY;
			cell[tail] = s;
			tail++
		:: else -> break
		fi
	od;
	s = 0;
	t = 0
}

inline take_done()
{
	got = done;
	done = 0;
	do
	:: s < RECORDS ->
		if
		:: (got >> s) & 1 -> finish(s)
		:: else
		fi;
		s++
	:: else -> break
	od;
	got = 0;
	s = 0;
	feed()
}

inline collect()
{
	atomic { take_done() }
	ring_if_due()
}

inline lock_and_collect()
{
	atomic { !locked -> locked = true; take_done() }
	ring_if_due()
}

inline collect_when_done()
{
	collects_when_done = true;
#ifdef COLLECT_FIRST
	collect();
	notify = NOTIFY_EACH
#else
	notify = NOTIFY_EACH;
	collect()
#endif
}

/* processes_feed */
inline feed_later()
{
	if
	:: notify == NOTIFY_NEVER -> notify = NOTIFY_LOW
	:: else
	fi;
	collect()
}

inline call_keeper()
{
	atomic { old = notify; notify = NOTIFY_NEVER }
	if
	:: old != NOTIFY_NEVER -> called = true
	:: else
	fi;
	old = NOTIFY_NEVER
}

proctype worker(byte w)
{
	byte s, at, end;
	bool flag;
	mtype old = NOTIFY_NEVER;

	{
	w == 0 || dead;
	do
	:: atomic { head < tail ->
		s = cell[head];
		at = head;
		if
		:: kind[s] == QUEUED && position[s] == head ->
			kind[s] = TAKEN;
			owner[s] = w
		:: else -> head++; goto next /* cancelled */
		fi }
		atomic {
			if
			:: head == at -> head++
			:: else
			fi
		}
		kind[s] = DONE;
#ifdef FLAG_FIRST
		flag = awaited[s];
		done = done | (1 << s);
#else
		done = done | (1 << s);
		flag = awaited[s];
#endif
		if
		:: flag -> ring_bell()
		:: else
		fi;
		old = notify;
		end = tail;
		if
		:: old == NOTIFY_EACH ||
			(old == NOTIFY_LOW && head <= end && end - head < LOW) ->
			call_keeper()
		:: else
		fi
	:: head == tail ->
#ifndef NO_IDLE_LOOK
		if
		:: notify == NOTIFY_LOW -> call_keeper()
		:: else
		fi;
#endif
		head < tail
next:
		atomic { s = 0; at = 0; end = 0; flag = false;
			old = NOTIFY_NEVER }
	od
	} unless { dead && w == 0 }
}

/* Worker 0 is dead. */
inline settle_dead_worker()
{
	atomic {
		reaped = true;
		take_done();
#ifdef NO_SETTLING
		s = RECORDS;
#endif
		do
		:: s < RECORDS ->
			if
			:: owner[s] == 0 && (kind[s] == DONE || kind[s] == TAKEN) ->
				finish(s)
			:: else
			fi;
			s++
		:: else -> break
		od;
		s = 0
	}
	ring_if_due()
}

proctype keeper()
{
	byte s, t, got;
	bool rings;

	lock();
	do
	:: if
		:: collects_when_done -> collect_when_done()
		:: !collects_when_done && SOME_PENDING -> feed_later()
		:: else
		fi;
		atomic {
			collects_when_done = collects_when_done &&
				(kind[0] != FREE || SOME_PENDING);
			locked = false
		}
		atomic { called || (dead && !reaped) -> called = false }
		lock();
		if
		:: dead && !reaped -> settle_dead_worker()
		:: else
		fi
	od
}

/* processes_await */
inline await(task, i)
{
	lock_and_collect();
	do
	:: phase[task] == COMPLETE -> break
	:: else ->
		heard[i] = false;
#ifdef LOOK_FIRST
		look = done;
#endif
		sleepers[task]++;
		if
		:: phase[task] == PLACED -> awaited[record_of[task]] = true
		:: else
		fi;
#ifndef LOOK_FIRST
		look = done;
#endif
#ifdef BELL_LATE
		heard[i] = false;
#endif
		if
		:: look == 0 ->
			locked = false;
			/* futex_wait: compares and sleeps in one */
			atomic {
				if
				:: !heard[i] -> in_futex[i] = true
				:: else
				fi
			}
			!in_futex[i];
			lock()
		:: else
		fi;
		atomic { look = 0; sleepers[task]--; take_done() }
		ring_if_due()
	od;
	locked = false;
	returned++
}

inline watch(task)
{
	lock();
	if
	:: phase[task] != COMPLETE -> watched[task] = true; collect_when_done()
	:: else
	fi;
	locked = false
}

inline cancel(task)
{
	lock_and_collect();
	atomic {
		if
		:: phase[task] == PENDING ->
			phase[task] = COMPLETE;
			rings = sleepers[task] > 0
		:: phase[task] == PLACED && kind[record_of[task]] == QUEUED ->
			finish(record_of[task])
		:: else
		fi
	}
	ring_if_due();
	locked = false
}

/* Does something about a task; client 0 awaits it. */
proctype client(byte i)
{
	byte s, t, got, look, task;
	bool rings;

	if
	:: task = 0
	:: task = 1
	fi;
	phase[task] != UNBORN;
	if
	:: await(task, i)
	:: i == 1 -> watch(task); returned++
	:: i == 1 -> cancel(task); returned++
	fi
}

proctype submitter()
{
	byte s, t, got, task;
	bool rings;

	do
	:: task < TASKS ->
		atomic {
			!locked -> locked = true;
			phase[task] = PENDING;
			feed()
		}
		if
		:: SOME_PENDING -> feed_later()
		:: else
		fi;
		atomic { locked = false; task++ }
	:: else -> break
	od
}

init
{
	byte i;

	atomic {
		for (i : 0 .. WORKERS - 1) {
			run worker(i)
		}
		run keeper();
		for (i : 0 .. CLIENTS - 1) {
			run client(i)
		}
		run submitter()
	}
#ifdef DEATH
	if
	:: dead = true
	:: true
	fi;
#endif
	timeout; /* no process can go on */
	assert(returned == CLIENTS && kind[0] != QUEUED && kind[0] != TAKEN);
	for (i : 0 .. TASKS - 1) {
		assert(phase[i] == PLACED || phase[i] == COMPLETE);
		assert(!watched[i] || phase[i] == COMPLETE)
	}
}
