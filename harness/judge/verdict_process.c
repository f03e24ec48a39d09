/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of the trial's process and of the server's. */
#include "harness/judge/verdict.h"

#include "harness/base/clock.h"

/* A trial uses less CPU time before it is in its cgroup. */
#define LEAVE_MOST_NS (20 * NS_PER_MS)

/*
 * The trial's own stamps must lie within those that the harness took. If the
 * harness gave no GO, there are no stamps.
 */
bool verdict_clock_forged(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct trial_result *result = account->result;

	(void)row;
	if (!result->go_ns)
		return false;
	if (result->t0_ns < result->go_ns)
		return verdict_fault(reason, size,
			"the clock was started %.3f ms before the start signal",
			MS(result->go_ns - result->t0_ns));
	if (result->t1_ns < result->t0_ns)
		return verdict_fault(reason, size,
			"the clock was stopped %.3f ms before it was started",
			MS(result->t0_ns - result->t1_ns));
	if (result->t1_ns > result->exit_ns)
		return verdict_fault(reason, size,
			"the clock was stopped %.3f ms after the process ended",
			MS(result->t1_ns - result->exit_ns));
	return false;
}

bool verdict_server_changed(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const char *what = account->result->server_changed;

	(void)row;
	return what &&
		verdict_fault(
			reason, size, "the server's %s was changed", what);
}

bool verdict_made_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	unsigned made = account->result->made_early;

	(void)row;
	return made &&
		verdict_fault(reason, size,
			"created %u thread%s or process%s while it was loaded, "
			"before its setup was timed",
			made, made == 1 ? "" : "s", made == 1 ? "" : "es");
}

/*
 * A process of root can leave its cgroup, for a moment, too. The cgroup does not
 * have the CPU time that the trial used before it joined.
 */
bool verdict_left_quota(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct trial_result *result = account->result;
	uint64_t waited_ns = row->cpu_user_ns + row->cpu_sys_ns;
	uint64_t counted_ns = result->quota.cpu_ns;

	if (!account->spec->quota || row->cpu_user_ns == FR_UNKNOWN ||
		counted_ns == UINT64_MAX ||
		waited_ns <= counted_ns + counted_ns / 50 + LEAVE_MOST_NS)
		return false;
	return verdict_fault(reason, size,
		"used %.3f ms of CPU time, but %.3f ms in its control group: "
		"it left that",
		MS(waited_ns), MS(counted_ns));
}

/*
 * A process of root can leave its cgroup. The time counts from before the
 * process was made, since loading the strategy uses CPU time, too.
 */
bool verdict_exceeded_quota(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct trial_result *result = account->result;
	const struct ideal_cpus cpus = account_cpus(account);
	uint64_t life_ns = result->exit_ns - account->spec->epoch_ns;

	if (!account->spec->quota || row->cpu_ns == FR_UNKNOWN ||
		life_ns >= ideal_cpu_ns(&cpus, (double)row->cpu_ns))
		return false;
	return verdict_fault(reason, size,
		"used %.3f ms of CPU time in %.3f ms, more than a quota of %g "
		"CPUs allows: it left its control group",
		MS(row->cpu_ns), MS(life_ns), cpus.quota);
}
