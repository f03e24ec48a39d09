/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the threads of an executor sleep and wake (futures/threads.c): every
 * interleaving of two submitters, three workers and a spurious wake-up.
 *
 * What must hold: nobody sleeps for ever beside work; at most one wake-up is
 * under way; and whenever the lock is free, if queued > spinning and
 * asleep > 0 then waking.
 *
 * Built with -DNO_CHAIN (the woken do not pass it on), -DWAKE_ONCE (waking is
 * not cleared) or -DFORGET_SPIN (spinners count as takers though they have
 * looked), it must fail: that is how the test knows the model can.
 */
#define SUBMITTERS 2
#define TASKS      2 /* each */
#define WORKERS    3

byte queued, asleep, spinning, waiting, woken, begun, done, submitted, spurious = 1;
bool locked, waking, shut_down;

inline lock()
{
	atomic { !locked -> locked = true }
}

/* executor_unlock: decides under the lock, signals after it */
inline unlock_and_wake(wake)
{
	atomic {
		wake = queued > spinning && asleep > 0 && !waking;
		waking = waking || wake;
		assert(!(queued > spinning && asleep > 0) || waking);
		locked = false
	}
	if
	:: wake -> atomic {
		/* pthread_cond_signal: a waiter if there is one */
		if
		:: waiting > 0 -> waiting--; woken++
		:: else
		fi;
		assert(woken <= 1 + (1 - spurious)) }
	:: else
	fi;
	wake = false
}

proctype submitter()
{
	byte i;
	bool wake;

	do
	:: i < TASKS ->
		lock();
		queued++;
		unlock_and_wake(wake);
		i++
	:: else -> break
	od;
	submitted++
}

proctype worker()
{
	bool wake;

	lock();
next:
	do
	:: queued == 0 && !shut_down ->
		if /* spins or not, as it likes */
		:: true
		:: spinning++;
			unlock_and_wake(wake);
			lock();
#ifndef FORGET_SPIN
			spinning--;
#endif
			if
			:: queued > 0 || shut_down -> goto next
			:: else
			fi
		fi;
		/* pthread_cond_wait: releases and sleeps in one */
		atomic { asleep++; waiting++; locked = false }
		atomic {
			woken > 0 -> woken--
		}
		lock();
		asleep--;
#ifndef WAKE_ONCE
		waking = false
#endif
	:: else -> break
	od;
	if
	:: queued > 0 ->
		queued--;
#ifdef NO_CHAIN
		locked = false;
#else
		unlock_and_wake(wake);
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

/* A spurious wake-up; then the end: broadcast, when all must get home. */
init
{
	byte i;

	atomic {
		for (i : 1 .. SUBMITTERS) {
			run submitter()
		}
		for (i : 1 .. WORKERS) {
			run worker()
		}
	}
	if
	:: atomic { waiting > 0 -> waiting--; woken++; spurious-- }
	:: true
	fi;
	timeout; /* nobody can go on */
	assert(submitted == SUBMITTERS && queued == 0);
	assert(done == SUBMITTERS * TASKS);
	lock();
	shut_down = true;
	atomic { woken = woken + waiting; waiting = 0; locked = false }
}
