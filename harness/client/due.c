/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When items may start: in an open loop, and after a failure. Waiting is exact,
 * since the trial's process then has no timer slack.
 */
#include <errno.h>

#include <flagrace/client.h>

#include "harness/base/clock.h"

/* When item i may start; 0: at any time. */
static uint64_t due_at_ns(const struct fr_job *job, size_t i)
{
	if (job->retry && job->samples[i].due_ns)
		return job->samples[i].due_ns;
	return job->due_ns ? *job->t0_ns + job->due_ns[i] : 0;
}

uint64_t fr_due_in_ns(const struct fr_job *job, size_t i)
{
	uint64_t due_ns = due_at_ns(job, i), now_ns;

	if (!due_ns)
		return 0;
	now_ns = clock_ns();
	return due_ns > now_ns ? due_ns - now_ns : 0;
}

void fr_await_due(const struct fr_job *job, size_t i)
{
	struct timespec due;
	uint64_t due_ns;

	if (fr_due_in_ns(job, i) == 0)
		return;
	due_ns = due_at_ns(job, i);
	due.tv_sec = (time_t)(due_ns / NS_PER_S);
	due.tv_nsec = (long)(due_ns % NS_PER_S);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) ==
		EINTR)
		;
}
