/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the threads of an executor sleep and wake (futures/threads.c): every
 * interleaving of two submitters, three workers and a spurious wake-up.
 *
 * What must hold: no worker sleeps for ever while work is queued. At most one
 * wake-up is under way, unless a submitter that is about to wait has woken as
 * many workers as there was work for, or a worker was up by itself (it woke
 * spuriously, or heard the bell before it slept). No more workers are woken
 * than are asleep. And whenever the lock is free: if queued > spinning and
 * asleep > 0, then waking > 0.
 *
 * The model must fail, which shows that it can, if built with -DNO_CHAIN (a
 * woken worker does not wake the next), -DWAKE_ONCE (waking does not fall),
 * -DFORGET_SPIN (a worker that has stopped spinning still counts as spinning)
 * or -DNO_RING (a worker that is about to sleep does not hear the bell).
 */
#define SUBMITTERS 2
#define TASKS      2 /* each */
#define WORKERS    3

byte queued, asleep, spinning, waiting, woken, begun, done, submitted;
byte waking;
bool rung[WORKERS] = true; /* since this worker, not asleep yet, read the bell */
bool locked, shut_down;
bool many; /* may be woken at once */

inline lock()
{
	atomic { !locked -> locked = true }
}

/* executor_unlock: decides under the lock, signals after it */
inline unlock_and_wake(wake, all)
{
	atomic {
		wake = (queued > spinning -> queued - spinning : 0);
		wake = (wake > asleep -> asleep : wake);
		wake = (wake > 1 && !all -> 1 : wake);
		wake = (wake > waking -> wake - waking : 0);
		many = many || all;
		waking = waking + wake;
#ifndef NO_RING
		rung[0] = rung[0] || wake > 0;
		rung[1] = rung[1] || wake > 0;
		rung[2] = rung[2] || wake > 0;
#endif
		assert(waking <= asleep);
		assert(!(queued > spinning && asleep > 0) || waking > 0);
		locked = false
	}
	do
	:: wake > 0 -> atomic {
		/* futex_wake: a waiter if there is one */
		if
		:: waiting > 0 -> waiting--; woken++
		:: else
		fi;
		wake--;
		assert(many || woken <= 1) }
	:: else -> break
	od
}

proctype submitter()
{
	byte i, wake;

	do
	:: i < TASKS ->
		lock();
		queued++;
		unlock_and_wake(wake, false);
		i++
	:: else -> break
	od;
	if /* it waits for its tasks, or does not */
	:: true
	:: lock();
		unlock_and_wake(wake, true)
	fi;
	submitted++
}

proctype worker(byte w)
{
	byte wake;
	bool sleeps;

	lock();
next:
	do
	:: queued == 0 && !shut_down ->
		if /* it spins, or does not */
		:: true
		:: spinning++;
			unlock_and_wake(wake, false);
			lock();
#ifndef FORGET_SPIN
			spinning--;
#endif
			if
			:: queued > 0 || shut_down -> goto next
			:: else
			fi
		fi;
		atomic { rung[w] = false; asleep++; locked = false }
		/* futex_wait: compares and sleeps in one */
		atomic {
			sleeps = !rung[w];
			rung[w] = true;
			waiting = (sleeps -> waiting + 1 : waiting);
			many = many || !sleeps
		}
		if
		:: sleeps -> atomic { woken > 0 -> woken-- }
		:: else
		fi;
		sleeps = false;
		lock();
		asleep--;
#ifndef WAKE_ONCE
		waking = (waking > 0 -> waking - 1 : 0)
#endif
	:: else -> break
	od;
	if
	:: queued > 0 ->
		queued--;
#ifdef NO_CHAIN
		locked = false;
#else
		unlock_and_wake(wake, false);
#endif
		/* the first tasks wait for each other, as tasks may */
		begun++;
		begun >= WORKERS;
		done++;
		lock();
		goto next
	:: else -> locked = false
	fi
}

/* A spurious wake-up; then the end: all are woken, and must get home. */
init
{
	byte i;

	atomic {
		for (i : 1 .. SUBMITTERS) {
			run submitter()
		}
		for (i : 1 .. WORKERS) {
			run worker(i - 1)
		}
	}
	if
	:: atomic { waiting > 0 -> waiting--; woken++; many = true }
	:: true
	fi;
	timeout; /* no process can go on */
	assert(submitted == SUBMITTERS && queued == 0);
	assert(done == SUBMITTERS * TASKS);
	lock();
	shut_down = true;
	atomic { rung[0] = true; rung[1] = true; rung[2] = true;
		woken = woken + waiting; waiting = 0; locked = false }
}
