/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The clock, the futex and the spin: how a thread waits.
 *
 * Futexes, because whoever completes a future must wake its waiter after the
 * lock is released, when the waiter may be gone already: a wake-up of an
 * address that is in use no more is harmless (futex(2)), a signal of a
 * destroyed condition variable is not.
 */
#include "futures/internal.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

int64_t deadline_in(int64_t timeout_ns)
{
	struct timespec t;
	int64_t now;

	if (timeout_ns < 0)
		return NEVER;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
	return timeout_ns < NEVER - now ? now + timeout_ns : NEVER;
}

int futex_wait(
	atomic_uint *word, unsigned value, int64_t deadline_ns, bool shared)
{
	struct timespec t = {.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S)};
	/* BITSET takes an absolute time, of CLOCK_MONOTONIC: futex(2) */
	int op = FUTEX_WAIT_BITSET | (shared ? 0 : FUTEX_PRIVATE_FLAG);
	long rc = syscall(SYS_futex, word, op, value,
		deadline_ns == NEVER ? NULL : &t, NULL, FUTEX_BITSET_MATCH_ANY);

	return rc < 0 && errno == ETIMEDOUT ? -ETIMEDOUT : 0;
}

int futex_wake(atomic_uint *word, int n, bool shared)
{
	int op = FUTEX_WAKE | (shared ? 0 : FUTEX_PRIVATE_FLAG);
	long rc = syscall(SYS_futex, word, op, n, NULL, NULL, 0);

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
 * The budget's low half is the limit. It starts with as long as it takes to
 * get a CPU out of its idle state, follows what successes need, and falls with
 * failures. Once at SPIN_LEAST, waits do not spin; the high half counts them,
 * and every SPIN_RETRY-th tries anew.
 */
#define SPIN_LIMIT 0xffffu
#define SPIN_START 2000u
#define SPIN_LEAST 50u
#define SPIN_RETRY 256u

static unsigned next_budget(unsigned budget, unsigned used, bool worked)
{
	unsigned limit = budget & SPIN_LIMIT;

	if (worked) /* towards four times the need, by eighths */
		return limit - limit / 8 + (4 * used + 8 * SPIN_LEAST) / 8;
	if (limit > SPIN_LEAST)
		return limit / 2 > SPIN_LEAST ? limit / 2 : SPIN_LEAST;
	return budget >> 16 < SPIN_RETRY ? budget + SPIN_LIMIT + 1 : SPIN_START;
}

bool spin_until(
	atomic_uint *budget, bool (*ready)(const void *arg), const void *arg)
{
	/* relaxed: a guess that any thread may change */
	unsigned now = atomic_load_explicit(budget, memory_order_relaxed);
	unsigned limit = now & SPIN_LIMIT, used;
	bool is_ready = ready(arg);

	if (!now || is_ready)
		return is_ready;
	if (limit <= SPIN_LEAST)
		limit = 0;
	for (used = 0; used < limit && !is_ready; used++) {
		pause_briefly();
		is_ready = ready(arg);
	}
	atomic_store_explicit(
		budget, next_budget(now, used, is_ready), memory_order_relaxed);
	return is_ready;
}

unsigned spin_budget(void)
{
	cpu_set_t cpus;

	/* on one CPU it only keeps the other from running */
	if (sched_getaffinity(0, sizeof(cpus), &cpus) || CPU_COUNT(&cpus) < 2)
		return 0;
	return SPIN_START;
}
