/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How worker processes sleep and wake, without a lock, while one of them may be
 * killed between any two steps (futures/process_worker.c, and
 * settle_dead_worker in processes.c). Each shared word is read and written in
 * single steps; taking a task is one compare-and-swap.
 *
 * What must hold: if work is queued and a worker lives, a worker takes it.
 *
 * The model must fail if built with -DNO_RECHECK (a worker does not look again
 * before it sleeps), -DNO_SETTLING (a death does not reset waking) or
 * -DNO_RETRY (a waker that found no worker asleep does not look whether a
 * submitter has relied on it).
 */
#ifndef TASKS
#define TASKS 2
#endif
#ifndef WORKERS
#define WORKERS 2
#endif

byte queued, tail, taken, asleep, bell;
bool waking, is_asleep[WORKERS], in_futex[3], dead[WORKERS];
bool in_hand[WORKERS], submitted, killed;

/* shared_wake: `all` wakes as many as there is work for */
inline wake(look, old, some, all)
{
	do
	:: look = tail;
		if
		:: asleep == 0 -> break
		:: else
		fi;
		if
		:: queued == 0 -> break
		:: else
		fi;
		atomic { old = waking; waking = true }
		if
		:: old && !all -> break
		:: else
		fi;
		bell++;
		atomic {
			some = true;
			if
			:: in_futex[0] -> in_futex[0] = false
			:: in_futex[1] -> in_futex[1] = false
			:: in_futex[2] -> in_futex[2] = false
			:: else -> some = false
			fi;
			in_futex[0] = in_futex[0] && !all;
			in_futex[1] = in_futex[1] && !all;
			in_futex[2] = in_futex[2] && !all
		}
		if
		:: some -> break
		:: else
		fi;
		waking = false;
#ifdef NO_RETRY
		break
#else
		if
		:: look == tail -> break
		:: else
		fi
#endif
	od
}

/* Variables that are not read again get one value: fewer states to search. */
inline forget(look, old, some)
{
	look = 0;
	old = false;
	some = false
}

proctype worker(byte w)
{
	byte seen, look;
	bool old, some;

	{
	do
	:: atomic { queued > 0 -> queued--; in_hand[w] = true }
		wake(look, old, some, false);
		atomic { in_hand[w] = false; taken++; forget(look, old, some) }
	:: queued == 0 ->
		seen = bell;
		asleep++;
		is_asleep[w] = true;
		if
#ifndef NO_RECHECK
		:: queued > 0
#endif
		:: queued == 0 ->
			/* futex_wait: compares and sleeps in one */
			atomic {
				if
				:: bell == seen -> in_futex[w] = true
				:: else
				fi
			}
			!in_futex[w];
			waking = false
		fi;
		is_asleep[w] = false;
		atomic { asleep--; seen = 0 }
	od
	} unless { dead[w] }
}

/* The parent: submits. */
proctype parent()
{
	byte i, look;
	bool old, some;

	do
	:: i < TASKS ->
		atomic { queued++; tail++ }
		wake(look, old, some, false);
		atomic { i++; forget(look, old, some) }
	:: else -> break
	od;
	if /* it waits for its tasks, or does not */
	:: true
	:: wake(look, old, some, true)
	fi;
	atomic { submitted = true; i = 0; forget(look, old, some) }
}

proctype keeper()
{
	byte w, look;
	bool old, some;

	if
	:: w = 0 /* which one makes no difference */
	:: true -> goto end /* nobody is killed */
	fi;
	atomic {
		dead[w] = true;
		in_futex[w] = false;
		if /* its future breaks */
		:: in_hand[w] -> in_hand[w] = false; taken++
		:: else
		fi
	}
	if
	:: is_asleep[w] -> is_asleep[w] = false; asleep--
	:: else
	fi;
#ifndef NO_SETTLING
	waking = false;
#endif
	wake(look, old, some, false);
end:
	atomic { killed = true; w = 0; forget(look, old, some) }
}

init
{
	byte i;

	atomic {
		for (i : 0 .. WORKERS - 1) {
			run worker(i)
		}
		run parent();
		run keeper()
	}
	timeout;
	assert(submitted && killed && queued == 0 && taken == TASKS)
}
