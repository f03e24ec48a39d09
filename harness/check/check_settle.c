/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ran before a check, such as a build, disturbs its first blocks and is
 * soon over. What runs beside it all the time is not worth waiting for.
 */
#include <poll.h>

#include "harness/base/clock.h"
#include "harness/check/check_run.h"
#include "harness/trial/disturbance.h"

/* Twice the time over which the kernel takes its mean. */
#define SETTLE_NS (20 * NS_PER_S)
enum { LOOK_EVERY_MS = 250 };

int check_settle(const struct check_job *job, struct fr_error *err)
{
	const struct check_watch *watch = job->watch;
	struct pollfd stop = {.fd = job->sides->stop_fd, .events = POLLIN};
	struct cpu_ticks mark = disturbance_begin();
	uint64_t start_ns = clock_ns(), waited_ns = 0;

	/* A quota makes the trials' own tasks wait: there is no limit. */
	if (workload_cpus(&job->plan->cells[0].workload) > 0)
		return 0;
	for (;;) {
		double pressure = disturbance_end(&mark).pressure;
		bool calm = !(pressure > job->pressure);
		bool over = calm || waited_ns >= SETTLE_NS;

		if (watch)
			watch->waits(
				watch->ctx, pressure, waited_ns, calm, over);
		if (over)
			return 0;
		if (poll(&stop, 1, LOOK_EVERY_MS) > 0)
			return fr_error_set(
				err, EXIT_INTERRUPTED, "interrupted");
		waited_ns = clock_ns() - start_ns;
	}
}
