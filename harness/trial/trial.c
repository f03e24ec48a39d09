/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent only waits, with the keeper's end, the READY event and the
 * interrupt in one poll.
 */
#include "harness/trial/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/keeper.h"
#include "harness/roster/needs.h"
#include "harness/roster/registry.h"
#include "harness/trial/descriptors.h"

/* What the child reports; the samples follow it. Written by the child only. */
struct report {
	_Alignas(64) uint64_t setup_ns, t0_ns, t1_ns, teardown_ns;
	enum trial_phase phase;
	int error;
	int program_status;
};

struct trial_process {
	const struct trial_spec *spec;
	const struct fr_strategy *strategy; /* as it was loaded */
	struct report *report;
	struct keeper keeper;
	int ready; /* an eventfd: the child has set up */
	int go;    /* an eventfd: the clock may start */
};

static struct fr_sample *samples_of(struct report *report)
{
	return (struct fr_sample *)(report + 1);
}

static size_t size_of_report(const struct trial_spec *spec)
{
	return sizeof(struct report) + spec->n * sizeof(struct fr_sample);
}

uint64_t trial_deadline_ns(const struct trial_spec *spec)
{
	uint64_t rounds = (spec->n + spec->concurrency - 1) / spec->concurrency;
	uint64_t last_ns = spec->due_ns ? spec->due_ns[spec->n - 1] : 0;

	return last_ns + rounds * spec->http.timeout_ms * NS_PER_MS +
		TRIAL_REST_S * NS_PER_S;
}

static int signal_event(int event)
{
	static const uint64_t one = 1;

	return write(event, &one, sizeof(one)) == sizeof(one) ? 0 : -1;
}

static int await_event(int event)
{
	uint64_t count;

	return read(event, &count, sizeof(count)) == sizeof(count) ? 0 : -1;
}

static uint64_t thread_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Uses up CPU time: a slow-down of known size. */
static void burn(uint64_t ns)
{
	uint64_t start = thread_cpu_ns();

	while (thread_cpu_ns() - start < ns)
		;
}

/* The strategy's life, with the clock around each part. */
static int run_strategy(const struct trial_spec *spec, struct fr_job *job,
	struct trial_process *process)
{
	const struct fr_strategy *strategy = process->strategy;
	struct report *report = process->report;
	uint64_t start = clock_ns();
	int rc = strategy->setup ? strategy->setup(job) : 0;

	report->setup_ns = clock_ns() - start;
	if (rc)
		return rc;
	report->phase = TRIAL_READY;
	if (signal_event(process->ready) < 0 || await_event(process->go) < 0)
		return -errno;
	report->phase = TRIAL_RUNNING;
	report->t0_ns = clock_ns();
	rc = strategy->download_many(job);
	if (spec->burn_ns)
		burn(spec->burn_ns);
	report->t1_ns = clock_ns();
	if (rc > 0 && (strategy->flags & FR_WITNESS_SAMPLES)) {
		report->program_status = rc;
		rc = 0;
	}
	report->error = rc;
	report->phase = TRIAL_TEARDOWN;
	if (strategy->teardown)
		strategy->teardown(job);
	report->teardown_ns = clock_ns() - report->t1_ns;
	return rc;
}

/*
 * Called by exit(3). A runtime that cannot make its threads ends the process
 * (libgomp does): the trial has then failed, and for what a strategy that makes
 * its threads itself would have returned. The runtime's threads are still
 * there, so one process more tells: all limits are for both.
 */
static void note_exit(int status, void *arg)
{
	struct report *report = arg;
	pid_t pid;

	if (!status || report->error ||
		(report->phase != TRIAL_SETUP &&
			report->phase != TRIAL_RUNNING))
		return;
	pid = fork();
	if (pid == 0)
		_exit(EXIT_SUCCESS);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	else if (errno == EAGAIN)
		report->error = -EAGAIN;
}

/* In the trial's process, before all that is timed. */
static void prepare(void *ctx)
{
	struct trial_process *process = ctx;
	const struct trial_spec *spec = process->spec;

	if (spec->control_fd > 0)
		close(spec->control_fd);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	descriptors_raise();
	/*
	 * So that no page fault falls into the clock: a fork copies no page
	 * tables of shared memory. A kernel before 5.14 refuses, and it does.
	 */
	(void)madvise(
		process->report, size_of_report(spec), MADV_POPULATE_WRITE);
	/* A worker that waits for an item's time must not wake 50 us late. */
	if (spec->due_ns)
		prctl(PR_SET_TIMERSLACK, 1);
	process->report->error =
		registry_load(&process->strategy, spec->strategy);
}

static void live(void *ctx)
{
	struct trial_process *process = ctx;
	const struct trial_spec *spec = process->spec;
	struct report *report = process->report;
	struct fr_job job = {
		.n = spec->n,
		.concurrency = spec->concurrency,
		.urls = spec->urls,
		.trial = spec->trial,
		.http = &spec->http,
		.observer = spec->observer,
		.samples = samples_of(report),
		.strategy = process->strategy,
		.due_ns = spec->due_ns,
		.t0_ns = &report->t0_ns,
	};

	/* It could not be loaded. */
	if (report->error)
		_exit(EXIT_SUCCESS);
	(void)on_exit(note_exit, report);
	report->error = run_strategy(spec, &job, process);
	if (report->phase >= TRIAL_TEARDOWN)
		report->phase = TRIAL_DONE;
	/* exit, not _exit: a sanitizer looks for leaks there. */
	exit(EXIT_SUCCESS);
}

static void close_events(const struct trial_process *process)
{
	if (process->ready >= 0)
		close(process->ready);
	if (process->go >= 0)
		close(process->go);
}

/* Begins the process. On failure nothing is left open, and no process. */
static int start(struct trial_process *process)
{
	const struct keeper_life life = {
		.prepare = prepare, .live = live, .ctx = process};
	int rc;

	process->ready = eventfd(0, EFD_CLOEXEC);
	process->go = eventfd(0, EFD_CLOEXEC);
	rc = process->ready < 0 || process->go < 0
		? -errno
		: keeper_open(&process->keeper, &life);
	if (rc)
		close_events(process);
	return rc;
}

/* Milliseconds until deadline, rounded up; 0 when it has passed. */
static int ms_until(uint64_t deadline_ns)
{
	uint64_t now = clock_ns();
	uint64_t ms = (deadline_ns - now + NS_PER_MS - 1) / NS_PER_MS;

	if (now >= deadline_ns)
		return 0;
	return ms > 1000000 ? 1000000 : (int)ms;
}

/*
 * Waits for READY, gives GO, waits for the end. Returns TRIAL_COMPLETED when
 * the child has ended by itself, however.
 */
static enum trial_end supervise(
	struct trial_result *result, const struct trial_process *process)
{
	const struct trial_spec *spec = process->spec;
	uint64_t deadline = clock_ns() + trial_deadline_ns(spec);
	struct pollfd fds[] = {
		{.fd = process->keeper.end, .events = POLLIN},
		{.fd = spec->stop_fd, .events = POLLIN},
		{.fd = process->ready, .events = POLLIN},
	};

	for (;;) {
		int wait_ms = ms_until(deadline);

		if (poll(fds, 3, wait_ms) == 0 && ms_until(deadline) == 0)
			return TRIAL_TIMEOUT;
		if (fds[0].revents)
			return TRIAL_COMPLETED;
		if (fds[1].revents)
			return TRIAL_STOPPED;
		if (!fds[2].revents)
			continue;
		result->ready_ns = clock_ns();
		fds[2].fd = -1; /* READY comes once */
		if (spec->before_go)
			spec->before_go(spec->ctx);
		result->go_ns = clock_ns();
		/* It cannot fail: a count of 0 has room for 1 (eventfd(2)). */
		(void)signal_event(process->go);
	}
}

/* What became of the process, by how it ended and what it has reported. */
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
 * The account of wait4(2) is exact for every process that was waited for. The
 * event differs from it by chance, in both directions (docs/METHOD.md, What a
 * trial costs), so it is believed only where it is far above: that much can only
 * have been used by processes for which nobody could wait.
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
	if (kept->cpu_ns == UINT64_MAX ||
		!is_far_above(kept->cpu_ns, waited_ns))
		return;
	result->cpu_ns = kept->cpu_ns;
	result->cpu_by = "perf";
}

/* Takes what the process reported and what the kernel counted of it. */
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
	result->threads_created = kept->threads_created;
	result->processes_created = kept->processes_created;
	result->end = end_of(result, kept);
}

/* From the first process to the account of the last. Returns 0 or -errno. */
static int live_and_end(
	struct trial_result *result, struct trial_process *process)
{
	struct kept kept;
	int rc = start(process);

	if (rc)
		return rc;
	result->end = supervise(result, process);
	if (result->end != TRIAL_COMPLETED)
		keeper_stop(&process->keeper);
	rc = keeper_close(&process->keeper, &kept);
	close_events(process);
	/* Nobody but the trial would kill its keeper. */
	if (rc == -ESRCH)
		rc = 0;
	if (!rc)
		take(result, process->report, &kept);
	return rc;
}

int trial_run(struct trial_result *result, const struct trial_spec *spec,
	struct fr_error *err)
{
	size_t size = size_of_report(spec);
	struct trial_process process = {.spec = spec};
	int rc;

	*result = (struct trial_result){.memory_size = size};
	/* Populated, so that the pages are not made at the trial's expense. */
	result->memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (result->memory == MAP_FAILED) {
		result->memory = NULL;
		return fr_error_set(err, EXIT_INVALID,
			"no memory for %zu samples", spec->n);
	}
	process.report = result->memory;
	result->samples = samples_of(process.report);
	rc = live_and_end(result, &process);
	if (!rc)
		return 0;
	trial_release(result);
	return fr_error_set(err, EXIT_INVALID, "cannot start a trial: %s%s",
		strerror(-rc),
		rc == -EPERM || rc == -ENOSYS
			? " (pidfd_open(2)); " NEEDS_SECCOMP_REMEDY
			: "");
}

void trial_release(struct trial_result *result)
{
	if (result->memory)
		munmap(result->memory, result->memory_size);
	*result = (struct trial_result){0};
}
