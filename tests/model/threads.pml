/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the threads of an executor sleep and wake (futures/threads.c): every
 * interleaving of two submitters, three workers and a spurious wake-up.
 *
 * What must hold: nobody sleeps for ever beside work; one wake-up is under way
 * at most, unless a submitter that is about to wait has woken all there was
 * work for; no more are woken than there are asleep; and whenever the lock is
 * free, if queued > spinning and asleep > 0 then waking > 0.
 *
 * Built with -DNO_CHAIN (the woken do not pass it on), -DWAKE_ONCE (waking does
 * not fall) or -DFORGET_SPIN (spinners count as takers though they have
 * looked), it must fail: that is how the test knows the model can.
 */
#define SUBMITTERS 2
#define TASKS      2 /* each */
#define WORKERS    3

byte queued, asleep, spinning, waiting, woken, begun, done, submitted, spurious = 1;
byte waking;
bool locked, shut_down, pushed;

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
		pushed = pushed || all;
		waking = waking + wake;
		assert(waking <= asleep);
		assert(!(queued > spinning && asleep > 0) || waking > 0);
		locked = false
	}
	do
	:: wake > 0 -> atomic {
		/* pthread_cond_signal: a waiter if there is one */
		if
		:: waiting > 0 -> waiting--; woken++
		:: else
		fi;
		wake--;
		assert(pushed || woken <= 1 + (1 - spurious)) }
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
	if /* waits for its tasks or does not, as it likes */
	:: true
	:: lock();
		unlock_and_wake(wake, true)
	fi;
	submitted++
}

proctype worker()
{
	byte wake;

	lock();
next:
	do
	:: queued == 0 && !shut_down ->
		if /* spins or not, as it likes */
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
		/* pthread_cond_wait: releases and sleeps in one */
		atomic { asleep++; waiting++; locked = false }
		atomic {
			woken > 0 -> woken--
		}
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
