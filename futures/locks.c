/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <time.h>

#include "futures/internal.h"

/*
 * An adaptive mutex where there is one (glibc): a thread that still finds the
 * lock taken after futures_backoff spins for a moment before it sleeps. The
 * lock is held for some hundred ns, which is less than a sleep and a wake-up
 * cost. glibc bounds the spinning, which cost nothing measurable on one CPU.
 */
int executor_init_lock(pthread_mutex_t *lock)
{
#ifdef __GLIBC__
	const int type = PTHREAD_MUTEX_ADAPTIVE_NP;
#else
	const int type = PTHREAD_MUTEX_NORMAL;
#endif
	pthread_mutexattr_t attr;
	int rc = pthread_mutexattr_init(&attr);

	if (rc)
		return rc;
	rc = pthread_mutexattr_settype(&attr, type);
	if (!rc)
		rc = pthread_mutex_init(lock, &attr);
	(void)pthread_mutexattr_destroy(&attr);
	return rc;
}

int executor_init_room(pthread_cond_t *room)
{
	pthread_condattr_t attr;
	int rc = pthread_condattr_init(&attr);

	if (rc)
		return rc;
	rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	if (!rc)
		rc = pthread_cond_init(room, &attr);
	(void)pthread_condattr_destroy(&attr);
	return rc;
}
