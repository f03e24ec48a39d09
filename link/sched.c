/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In a file of its own because <linux/sched/types.h> and <sched.h>, which many
 * headers include, define the same struct.
 */
#include "link/sched.h"

#include <linux/sched.h>
#include <linux/sched/types.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SLICE_NS = 100000 }; /* the shortest there is: sched_setattr(2) */

/*
 * A network does not wait for the CPUs of the hosts that it joins. The lowest
 * priority of real time is above all that a trial runs. Needs CAP_SYS_NICE.
 */
static bool ask_for_real_time(void)
{
	struct sched_attr attr = {.size = sizeof(attr),
		.sched_policy = SCHED_FIFO,
		.sched_priority = 1};

	return syscall(SYS_sched_setattr, 0, &attr, 0) == 0;
}

/*
 * A process with a shorter time slice than the one that is running does not
 * have to wait for the end of that slice, up to a tick of 4 ms. Its share of
 * the CPU stays the same. From Linux 6.12; needs no privilege.
 */
static void ask_for_short_slices(void)
{
	struct sched_attr attr = {.size = sizeof(attr)};

	if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0) ||
		attr.sched_policy != SCHED_NORMAL)
		return;
	attr.sched_runtime = SLICE_NS;
	(void)syscall(SYS_sched_setattr, 0, &attr, 0);
}

void sched_wake_soon(void)
{
	/* The default of 50 us is added to every wait: prctl(2). */
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	if (!ask_for_real_time())
		ask_for_short_slices();
}
