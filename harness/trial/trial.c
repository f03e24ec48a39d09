/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent only waits: one poll(2) for the keeper's end, the READY event and
 * the interrupt.
 */
#include "harness/trial/trial.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/cpus.h"
#include "harness/base/keeper.h"
#include "harness/base/work.h"
#include "harness/client/retry.h"
#include "harness/base/kernel.h"
#include "harness/trial/child.h"

/*
 * One thread may do all the work, with a quarter of a CPU for itself. A file is
 * given a tenth of a second, which is many times what a disk takes to sync it.
 */
static uint64_t work_limit_ns(const struct trial_spec *spec)
{
	const struct fr_work *work = spec->work;
	uint64_t limit_ns = 0;

	if (!work)
		return 0;
	for (size_t i = 0; work->cpu_ns && i < spec->n; i++)
		limit_ns += 4 * work->cpu_ns[i];
	return limit_ns + (work->save ? spec->n * NS_PER_S / 10 : 0);
}

/* How long an item may take: all its tries, and the waits between them. */
static uint64_t item_limit_ns(const struct trial_spec *spec)
{
	const struct fr_retry *retry = spec->retry;
	uint64_t limit_ns = spec->http.timeout_ms * NS_PER_MS;

	for (unsigned k = 1; retry && k <= retry->spec.most; k++) {
		uint64_t wait_ns = retry_longest_ns(&retry->spec, k);

		if (wait_ns < retry->spec.after_ns)
			wait_ns = retry->spec.after_ns;
		limit_ns += spec->http.timeout_ms * NS_PER_MS + wait_ns;
	}
	return limit_ns;
}

uint64_t trial_deadline_ns(const struct trial_spec *spec)
{
	bool own_limit = spec->strategy->flags & FR_OWN_LIMIT;
	unsigned at_once = own_limit ? 1 : spec->concurrency;
	uint64_t rounds = (spec->n + at_once - 1) / at_once;
	uint64_t last_ns = spec->due_ns ? spec->due_ns[spec->n - 1] : 0;

	return last_ns + rounds * item_limit_ns(spec) + work_limit_ns(spec) +
		TRIAL_REST_S * NS_PER_S;
}

static void close_events(const struct child *child)
{
	if (child->ready >= 0)
		close(child->ready);
	if (child->go >= 0)
		close(child->go);
}

/* Starts the process. Returns 0, or -errno with everything released. */
static int start(struct keeper *keeper, struct child *child)
{
	const struct keeper_life life = {
		.prepare = child_prepare, .live = child_live, .ctx = child};
	int rc;

	child->ready = eventfd(0, EFD_CLOEXEC);
	child->go = eventfd(0, EFD_CLOEXEC);
	rc = child->ready < 0 || child->go < 0 ? -errno
					       : keeper_open(keeper, &life);
	if (rc)
		close_events(child);
	return rc;
}

/*
 * Waits for READY, signals GO, and waits for the end. Returns TRIAL_COMPLETED
 * if the child ended by itself, for whatever reason.
 */
static enum trial_end supervise(struct trial_result *result,
	const struct keeper *keeper, const struct child *child)
{
	const struct trial_spec *spec = child->spec;
	uint64_t deadline = clock_ns() + trial_deadline_ns(spec);
	struct pollfd fds[] = {
		{.fd = keeper->end, .events = POLLIN},
		{.fd = spec->stop_fd, .events = POLLIN},
		{.fd = child->ready, .events = POLLIN},
	};

	for (;;) {
		int wait_ms = clock_ms_until(deadline);

		if (poll(fds, 3, wait_ms) == 0 && clock_ms_until(deadline) == 0)
			return TRIAL_TIMEOUT;
		if (fds[0].revents)
			return TRIAL_COMPLETED;
		if (fds[1].revents)
			return TRIAL_STOPPED;
		if (!fds[2].revents)
			continue;
		result->ready_ns = clock_ns();
		fds[2].fd = -1; /* READY comes once */
		if (spec->before_go && !spec->before_go(spec->ctx))
			return TRIAL_STOPPED;
		result->go_ns = clock_ns();
		/* Cannot fail: the count was 0 (eventfd(2)). */
		(void)eventfd_write(child->go, 1);
	}
}

/* Tells how the trial ended, by the process's end and its report. */
static enum trial_end end_of(
	const struct trial_result *result, const struct kept *kept)
{
	if (result->end != TRIAL_COMPLETED)
		return result->end;
	if (result->exit_status && result->error == -EAGAIN)
		return TRIAL_FAILED;
	if (kept->status || (!result->error && result->phase != TRIAL_DONE))
		return TRIAL_CRASHED;
	return result->error ? TRIAL_FAILED : TRIAL_COMPLETED;
}

/*
 * wait4(2) is exact for every process that was waited for. The perf event
 * differs from it by chance in both directions (docs/METHOD.md, What a trial
 * costs). So the event is used only if it is far above: only processes that
 * could not be waited for can use that much.
 */
static bool is_far_above(uint64_t event_ns, uint64_t waited_ns)
{
	return event_ns > waited_ns + waited_ns / 2 + 10 * NS_PER_MS;
}

static void take_cpu(struct trial_result *result, const struct kept *kept)
{
	uint64_t waited_ns = kept->cpu_user_ns + kept->cpu_sys_ns;

	result->cpu_ns = UINT64_MAX;
	result->cpu_by = "";
	if (kept->cpu_user_ns == UINT64_MAX)
		return;
	result->cpu_ns = waited_ns;
	result->cpu_by = "rusage";
	if (kept->did.cpu_ns == UINT64_MAX ||
		!is_far_above(kept->did.cpu_ns, waited_ns))
		return;
	result->cpu_ns = kept->did.cpu_ns;
	result->cpu_by = "perf";
}

/* Copies the report of the process and the counts of the kernel. */
static void take(struct trial_result *result, const struct report *report,
	const struct kept *kept)
{
	int status = kept->status;

	result->phase = report->phase;
	result->error = report->error;
	result->program_status = report->program_status;
	result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	result->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	result->left_behind = kept->left_behind;
	result->made_early = kept->made_early;
	result->begin_ns = kept->begin_ns;
	result->exit_ns = kept->exit_ns;
	result->setup_ns = report->setup_ns;
	result->t0_ns = report->t0_ns;
	result->t1_ns = report->t1_ns;
	result->teardown_ns = report->teardown_ns;
	result->cpu_user_ns = kept->cpu_user_ns;
	result->cpu_sys_ns = kept->cpu_sys_ns;
	take_cpu(result, kept);
	result->peak_rss_bytes = kept->peak_rss_bytes;
	result->voluntary_switches = kept->voluntary_switches;
	result->involuntary_switches = kept->involuntary_switches;
	result->threads_created = kept->did.threads;
	result->processes_created = kept->did.processes;
	result->end = end_of(result, kept);
}

/* Returns 0 or -errno. */
static int live_and_end(struct trial_result *result, struct child *child)
{
	struct keeper keeper;
	struct kept kept;
	int rc;

	exec_forget(child->spec->strategy);
	rc = start(&keeper, child);
	if (rc)
		return rc;
	result->end = supervise(result, &keeper, child);
	if (result->end != TRIAL_COMPLETED)
		keeper_stop(&keeper);
	rc = keeper_close(&keeper, &kept);
	close_events(child);
	/* The keeper was killed; only the trial itself can have done that. */
	if (rc == -ESRCH)
		rc = 0;
	if (!rc)
		take(result, child->report, &kept);
	exec_note(result->program_note, child->spec->strategy);
	return rc;
}

static unsigned usable_cpus(const struct trial_spec *spec)
{
	double cpus = cpus_usable();

	if (spec->quota && spec->quota->limits.cpus > 0)
		cpus = fmin(cpus, spec->quota->limits.cpus);
	return (unsigned)ceil(cpus);
}

int trial_run(struct trial_result *result, const struct trial_spec *spec,
	struct fr_error *err)
{
	size_t size = report_size(spec);
	struct child child = {
		.spec = spec,
		.cpus = usable_cpus(spec),
	};
	int rc;

	*result = (struct trial_result){.memory_size = size};
	/* Populated here, so that the trial does not pay for new pages. */
	result->memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (result->memory == MAP_FAILED) {
		result->memory = NULL;
		return fr_error_set(err, EXIT_INVALID,
			"no memory for %zu samples", spec->n);
	}
	child.report = result->memory;
	result->samples = report_samples(child.report);
	rc = live_and_end(result, &child);
	if (!rc)
		return 0;
	trial_release(result);
	if (kernel_check(err) < 0)
		return -1;
	return fr_error_set(
		err, EXIT_INVALID, "cannot start a trial: %s", strerror(-rc));
}

void trial_release(struct trial_result *result)
{
	if (result->memory)
		munmap(result->memory, result->memory_size);
	free(result->hosts);
	*result = (struct trial_result){0};
}
