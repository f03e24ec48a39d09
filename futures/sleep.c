/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clock, the futex and the spin: how a thread waits.
 *
 * Futexes rather than condition variables: a worker that completes a future
 * wakes its waiter after it has released the lock, when the waiter may be gone.
 * To wake an address that is no longer in use is harmless (futex(2)); to signal
 * a destroyed condition variable is not.
 */
#include "futures/internal.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

int64_t futures_deadline_in(int64_t timeout_ns)
{
	int64_t now;

	if (timeout_ns < 0)
		return NEVER;
	now = now_ns();
	return timeout_ns < NEVER - now ? now + timeout_ns : NEVER;
}

unsigned futures_cpu_bit(void)
{
	int cpu = sched_getcpu();

	return 1u << (cpu < 0 ? 0 : cpu % 32);
}

int futures_futex_wait(atomic_uint *word, unsigned value, int64_t deadline_ns,
	bool shared, unsigned bits)
{
	struct timespec t = futures_timespec(deadline_ns);
	/* BITSET takes an absolute time, of CLOCK_MONOTONIC: futex(2) */
	int op = FUTEX_WAIT_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG);
	long rc = syscall(SYS_futex, word, op, value,
		deadline_ns == NEVER ? NULL : &t, NULL, bits);

	return rc < 0 && errno == ETIMEDOUT ? -ETIMEDOUT : 0;
}

int futures_futex_wake(atomic_uint *word, int n, bool shared, unsigned bits)
{
	int op = FUTEX_WAKE_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG);
	long rc = syscall(SYS_futex, word, op, n, NULL, NULL, bits);

	return rc < 0 ? 0 : (int)rc;
}

static void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/*
 * The pauses between two readings of the clock, and how long to spin. To spin
 * longer than it takes to send a CPU to sleep and to wake it, about 50 us,
 * costs more than sleeping at once (Karlin, Li, Manasse, Owicki: Empirical
 * Studies of Competitive Spinning for a Shared-Memory Multiprocessor, 1991).
 *
 * sched_yield instead of pauses was no faster; and with four busy tasks beside
 * it a round trip took 1400 us, not 3, because it gives up a whole time slice.
 */
#define SPIN_PAUSES 64
#define SPIN_NS     50000

static bool look_for_a_while(bool (*ready)(const void *arg), const void *arg)
{
	int64_t now, end = 0;

	do {
		for (int i = 0; i < SPIN_PAUSES; i++) {
			pause_briefly();
			if (ready(arg))
				return true;
		}
		now = now_ns();
		if (!end)
			end = now + SPIN_NS;
	} while (now < end);
	return false;
}

/*
 * When a lock moves to another CPU, its cache line moves too, which costs more
 * than what is done under the lock. So a thread that finds the lock taken backs
 * off for a while, and the holder can take it many times in a row (Anderson:
 * The Performance of Spin Lock Alternatives for Shared-Memory Multiprocessors,
 * 1990). Times from 0.2 to 16 us, fixed or growing, made no difference.
 */
#define AWAY_NS     2000
#define AWAY_PAUSES 16

void futures_backoff(void)
{
	int64_t end = now_ns() + AWAY_NS;

	do
		for (int i = 0; i < AWAY_PAUSES; i++)
			pause_briefly();
	while (now_ns() < end);
}

/*
 * *waits is the number of this wait since the last one that spinning has ended,
 * from 1. Waits 1, 2, 4, 8 .. 256 spin, and then every 256th does. So spinning
 * in vain costs little, and one disturbance does not end it for good.
 */
#define SPIN_RETRY 256u

bool futures_spin_until(
	atomic_uint *waits, bool (*ready)(const void *arg), const void *arg)
{
	/* relaxed: a guess that any thread may change */
	unsigned n = atomic_load_explicit(waits, memory_order_relaxed);
	bool is_ready = ready(arg);

	if (!n || is_ready)
		return is_ready;
	if (!(n & (n - 1)))
		is_ready = look_for_a_while(ready, arg);
	n = is_ready ? 1 : n < 2 * SPIN_RETRY ? n + 1 : SPIN_RETRY + 1;
	atomic_store_explicit(waits, n, memory_order_relaxed);
	return is_ready;
}

bool futures_spin_is_of_use(void)
{
	cpu_set_t cpus;

	/* on one CPU, spinning only keeps the other thread from running */
	return !sched_getaffinity(0, sizeof(cpus), &cpus) &&
		CPU_COUNT(&cpus) > 1;
}
