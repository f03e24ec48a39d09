/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent only waits: one poll(2) for the keeper's end, the READY event and
 * the interrupt.
 */
#include "harness/trial/trial.h"

#include <errno.h>
#include <math.h>
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
#include "harness/base/cpus.h"
#include "harness/base/keeper.h"
#include "harness/base/work.h"
#include "harness/client/retry.h"
#include "harness/roster/needs.h"
#include "harness/roster/registry.h"
#include "harness/trial/descriptors.h"

/* The child's report in shared memory; the samples follow it. */
struct report {
	_Alignas(64) uint64_t setup_ns, t0_ns, t1_ns, teardown_ns;
	enum trial_phase phase;
	int error;
	int program_status;
};

struct trial_process {
	const struct trial_spec *spec;
	const struct fr_strategy *strategy; /* loaded in the child */
	struct report *report;
	unsigned cpus; /* as in struct fr_job */
	struct keeper keeper;
	int ready; /* eventfd: the child is set up */
	int go;    /* eventfd: the child may start the clock */
};

static struct fr_sample *samples_of(struct report *report)
{
	return (struct fr_sample *)(report + 1);
}

static size_t size_of_report(const struct trial_spec *spec)
{
	return sizeof(struct report) + spec->n * sizeof(struct fr_sample);
}

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
	uint64_t rounds = (spec->n + spec->concurrency - 1) / spec->concurrency;
	uint64_t last_ns = spec->due_ns ? spec->due_ns[spec->n - 1] : 0;

	return last_ns + rounds * item_limit_ns(spec) + work_limit_ns(spec) +
		TRIAL_REST_S * NS_PER_S;
}

static void burn(uint64_t ns)
{
	uint64_t start = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);

	while (clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - start < ns)
		;
}

/* Calls the three functions of the strategy and times each. */
static int run_strategy(const struct trial_spec *spec, struct fr_job *job,
	struct trial_process *process)
{
	const struct fr_strategy *strategy = process->strategy;
	struct report *report = process->report;
	uint64_t start = clock_ns();
	eventfd_t go;
	int rc = strategy->setup ? strategy->setup(job) : 0;

	report->setup_ns = clock_ns() - start;
	if (rc)
		return rc;
	report->phase = TRIAL_READY;
	if (eventfd_write(process->ready, 1) < 0 ||
		eventfd_read(process->go, &go) < 0)
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
 * Called by exit(3). A runtime that cannot create its threads may end the
 * process (libgomp does). Such a trial has failed with EAGAIN, as for a
 * strategy that creates its threads itself. The threads of the runtime still
 * exist here, and all limits count threads and processes alike, so a fork(2)
 * tells whether a limit was reached.
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

/* Called in the trial's process, before anything is timed. */
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
	 * fork(2) copies no page tables of shared memory. Populating them here
	 * keeps page faults out of the clock; a kernel before 5.14 cannot.
	 */
	(void)madvise(
		process->report, size_of_report(spec), MADV_POPULATE_WRITE);
	/* The default slack would start items that wait 50 us late. */
	if (spec->due_ns || spec->retry)
		prctl(PR_SET_TIMERSLACK, 1);
	if (spec->quota)
		process->report->error = quota_join(spec->quota);
	if (!process->report->error)
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
		.work = spec->work,
		.retry = spec->retry,
		.cpus = process->cpus,
	};

	/* The plug-in could not be loaded. */
	if (report->error)
		_exit(EXIT_SUCCESS);
	(void)on_exit(note_exit, report);
	report->error = run_strategy(spec, &job, process);
	if (report->phase >= TRIAL_TEARDOWN)
		report->phase = TRIAL_DONE;
	/* Not _exit(2): exit(3) runs the leak check of a sanitizer. */
	exit(EXIT_SUCCESS);
}

static void close_events(const struct trial_process *process)
{
	if (process->ready >= 0)
		close(process->ready);
	if (process->go >= 0)
		close(process->go);
}

/* Starts the process. Returns 0, or -errno with everything released. */
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
 * Waits for READY, signals GO, and waits for the end. Returns TRIAL_COMPLETED
 * if the child ended by itself, for whatever reason.
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
		/* Cannot fail: the count was 0 (eventfd(2)). */
		(void)eventfd_write(process->go, 1);
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
	if (kept->cpu_ns == UINT64_MAX ||
		!is_far_above(kept->cpu_ns, waited_ns))
		return;
	result->cpu_ns = kept->cpu_ns;
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
	result->threads_created = kept->threads_created;
	result->processes_created = kept->processes_created;
	result->end = end_of(result, kept);
}

/* Returns 0 or -errno. */
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
	/* The keeper was killed; only the trial itself can have done that. */
	if (rc == -ESRCH)
		rc = 0;
	if (!rc)
		take(result, process->report, &kept);
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
	size_t size = size_of_report(spec);
	struct trial_process process = {
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
