/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start times of an open loop. Waiting is exact, since the trial's process
 * then has no timer slack.
 */
#include <errno.h>

#include <flagrace/client.h>

#include "harness/base/clock.h"

uint64_t fr_due_in_ns(const struct fr_job *job, size_t i)
{
	uint64_t due_ns, now_ns;

	if (!job->due_ns)
		return 0;
	due_ns = *job->t0_ns + job->due_ns[i];
	now_ns = clock_ns();
	return due_ns > now_ns ? due_ns - now_ns : 0;
}

void fr_await_due(const struct fr_job *job, size_t i)
{
	struct timespec due;
	uint64_t due_ns;

	if (fr_due_in_ns(job, i) == 0)
		return;
	due_ns = *job->t0_ns + job->due_ns[i];
	due.tv_sec = (time_t)(due_ns / NS_PER_S);
	due.tv_nsec = (long)(due_ns % NS_PER_S);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) ==
		EINTR)
		;
}
