/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of the trial's process and of the server's. */
#include "harness/judge/verdict.h"

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
