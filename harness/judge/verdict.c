/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of the checks: a fault stands before the faults that it can cause.
 * For example, a strategy that returned early also has items missing; its
 * verdict has to say that it returned early.
 */
#include "harness/judge/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static verdict_check_fn *const checks[] = {
	verdict_made_early,
	verdict_left_processes,
	verdict_exceeded_quota,
	verdict_left_quota,
	verdict_server_changed,
	verdict_link_ended,
	verdict_clock_forged,
	verdict_work_repeated,
	verdict_work_late,
	verdict_returned_early,
	verdict_started_early,
	verdict_spoke_early,
	verdict_hurried,
	verdict_repeats,
	verdict_skipped,
	verdict_counts_disagree,
	verdict_used_network,
	verdict_witness_incomplete,
	verdict_reconfigured,
	verdict_asked_as_another,
	verdict_tries_uncounted,
	verdict_tries_too_many,
	verdict_tried_unasked,
	verdict_tried_early,
	verdict_served_wrongly,
	verdict_asked_for_another,
	verdict_asked_otherwise,
	verdict_spoke_otherwise,
	verdict_spoke_openly,
	verdict_delayed_otherwise,
	verdict_times_disagree,
	verdict_stamps_disorderly,
	verdict_gave_up_early,
	verdict_cancelled_though_sent,
	verdict_hung_up,
	verdict_sent_anew,
	verdict_tried_unfailed,
	verdict_tries_unused,
	verdict_status_differs,
	verdict_bodies_differ,
	verdict_too_many_in_flight,
	verdict_too_many_in_mean,
	verdict_too_few_in_flight,
	verdict_worker_unknown,
	verdict_worker_overlaps,
	verdict_connection_kept,
	verdict_resumed,
	verdict_not_resumed,
	verdict_out_of_order,
	verdict_work_missing,
	verdict_work_disorderly,
	verdict_work_hurried,
	verdict_work_wrong,
	verdict_unsaved,
	verdict_misfiled,
	verdict_work_elsewhere,
	verdict_impossibly_fast,
	verdict_faster_than_ideal,
	verdict_link_late,
};

/* Writes "SIGSEGV", or "signal 34" for a signal without a name. */
static void name_signal(int signal, char *text, size_t size)
{
	const char *name = sigabbrev_np(signal);

	if (name)
		(void)snprintf(text, size, "SIG%s", name);
	else
		(void)snprintf(text, size, "signal %d", signal);
}

static const char *phase_name(enum trial_phase phase)
{
	switch (phase) {
	case TRIAL_SETUP:
		return "in setup";
	case TRIAL_READY:
		return "between setup and download_many";
	case TRIAL_RUNNING:
		return "in download_many";
	case TRIAL_TEARDOWN:
		return "in teardown";
	case TRIAL_DONE:
		return "after teardown";
	}
	return "";
}

/*
 * What is known of the program, which may explain the reason. Its exit status
 * is no fault by itself.
 */
static void add_program(
	const struct trial_result *result, char *reason, size_t size)
{
	size_t used = strlen(reason);

	if (result->program_status)
		verdict_fault(reason + used, size - used,
			"; the program exited with status %d",
			result->program_status);
	else if (result->program_note[0])
		verdict_fault(reason + used, size - used, "; %s",
			result->program_note);
}

static bool is_some(uint64_t count)
{
	return count != UINT64_MAX && count > 0;
}

/* What the trial's quota did to it, which may explain what went wrong. */
static void add_quota(const struct account *account, char *reason, size_t size)
{
	const struct quota_counts *counts = &account->result->quota;
	const struct quota *quota = account->spec->quota;
	size_t used = strlen(reason);

	if (!quota)
		return;
	if (is_some(counts->oom_kills))
		verdict_fault(reason + used, size - used,
			"; out of memory: the kernel killed %" PRIu64
			" of its processes at --memory %" PRIu64,
			counts->oom_kills, quota->limits.memory_bytes);
	used = strlen(reason);
	if (is_some(counts->refused))
		verdict_fault(reason + used, size - used,
			"; --pids %" PRIu64 " refused %" PRIu64
			" thread%s or process%s",
			quota->limits.pids, counts->refused,
			counts->refused == 1 ? "" : "s",
			counts->refused == 1 ? "" : "es");
}

/* Which host it was, of several. */
static void add_host(
	const struct trial_result *result, char *reason, size_t size)
{
	size_t used = strlen(reason);

	if (result->faulty_host)
		verdict_fault(reason + used, size - used, "; on host %s",
			result->faulty_host);
}

/* What the system refused, and the limits that may be the cause. */
static void name_failure(
	const struct account *account, char *reason, size_t size)
{
	const struct trial_result *result = account->result;
	char made[112] = "";

	if (result->error == -EAGAIN && result->threads_created != UINT64_MAX)
		(void)snprintf(made, sizeof(made),
			"%" PRIu64 " threads and %" PRIu64
			" processes were created for a concurrency of %u, then: ",
			result->threads_created, result->processes_created,
			account->spec->concurrency);
	verdict_fault(reason, size, "%s failed: %s%s%s",
		result->phase == TRIAL_SETUP ? "setup" : "download_many", made,
		result->program_note[0] ? result->program_note
					: strerror(-result->error),
		result->error == -EAGAIN && !is_some(result->quota.refused)
			? "; limits: ulimit -u, pids.max of the cgroup, "
			  "OMP_THREAD_LIMIT (flagrace doctor)"
			: "");
}

static enum trial_verdict find_verdict(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct trial_result *result = account->result;
	const char *where = phase_name(result->phase);
	char signal[32];

	reason[0] = '\0';
	switch (result->end) {
	case TRIAL_FAILED:
		name_failure(account, reason, size);
		return VERDICT_FAILED;
	case TRIAL_CRASHED:
		name_signal(result->signal, signal, sizeof(signal));
		if (result->signal)
			verdict_fault(
				reason, size, "died of %s %s", signal, where);
		else
			verdict_fault(reason, size, "exited with status %d %s",
				result->exit_status, where);
		return VERDICT_CRASHED;
	case TRIAL_TIMEOUT:
	case TRIAL_STOPPED:
		verdict_fault(reason, size, "killed after %.1f s %s",
			MS(trial_deadline_ns(account->spec)) / 1e3, where);
		add_program(result, reason, size);
		return VERDICT_TIMEOUT;
	case TRIAL_LOST:
		verdict_fault(reason, size, "%s", result->lost_note);
		return VERDICT_INVALID;
	case TRIAL_COMPLETED:
		break;
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i](account, row, reason, size)) {
			add_program(result, reason, size);
			return VERDICT_INVALID;
		}
	return account->spec->unwitnessed ? VERDICT_UNWITNESSED : VERDICT_VALID;
}

enum trial_verdict verdict_of(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	enum trial_verdict verdict = find_verdict(account, row, reason, size);

	if (!trial_verdict_counts(verdict)) {
		add_quota(account, reason, size);
		add_host(account->result, reason, size);
	}
	return verdict;
}
