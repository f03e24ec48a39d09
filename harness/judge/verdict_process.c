/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the harness saw of the trial's process, and of the server's. */
#include "harness/judge/verdict.h"

/*
 * A trial's own stamps lie within those that the harness took itself. Without
 * a GO there are none of either.
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
			"its clock was started %.3f ms before the start signal",
			MS(result->go_ns - result->t0_ns));
	if (result->t1_ns < result->t0_ns)
		return verdict_fault(reason, size,
			"its clock was stopped %.3f ms before it was started",
			MS(result->t0_ns - result->t1_ns));
	if (result->t1_ns > result->exit_ns)
		return verdict_fault(reason, size,
			"its clock was stopped %.3f ms after its process ended",
			MS(result->t1_ns - result->exit_ns));
	return false;
}

bool verdict_server_changed(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const char *what = account->result->server_changed;

	(void)row;
	return what &&
		verdict_fault(reason, size,
			"the server's %s is not as it was made", what);
}

bool verdict_made_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	unsigned made = account->result->made_early;

	(void)row;
	return made &&
		verdict_fault(reason, size,
			"made %u thread%s or process%s while it was loaded, "
			"before the clock of its set-up",
			made, made == 1 ? "" : "s", made == 1 ? "" : "es");
}
