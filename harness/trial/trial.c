/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent only waits, with the child's pidfd, the READY event and the
 * interrupt in one poll. The child dies with the parent (PR_SET_PDEATHSIG);
 * what the child forks is found again because the parent is a subreaper
 * (prctl(2)): orphans become its children, whatever group or session they
 * moved to.
 */
#include "harness/trial/trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/trial/census.h"
#include "harness/trial/clock.h"
#include "harness/trial/descriptors.h"
#include "harness/trial/needs.h"

/* What the child reports; the samples follow it. Written by the child only. */
struct report {
	_Alignas(64) uint64_t setup_ns, t0_ns, t1_ns, teardown_ns;
	enum trial_phase phase;
	int error;
	int program_status;
};

struct trial_process {
	struct report *report;
	struct census census;
	pid_t pid;
	int pidfd;
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
	const struct fr_strategy *strategy = spec->strategy;
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
 * its threads itself would have returned. The runtime's threads are still there,
 * so one process more tells: all limits are for both.
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

static _Noreturn void child_main(const struct trial_spec *spec,
	struct trial_process *process, pid_t parent)
{
	struct report *report = process->report;
	struct fr_job job = {
		.n = spec->n,
		.concurrency = spec->concurrency,
		.urls = spec->urls,
		.trial = spec->trial,
		.http = &spec->http,
		.observer = spec->observer,
		.samples = samples_of(report),
		.strategy = spec->strategy,
		.due_ns = spec->due_ns,
		.t0_ns = &report->t0_ns,
	};
	sigset_t none;

	census_leave(&process->census);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	descriptors_raise();
	/*
	 * So that no page fault falls into the clock: a fork copies no page
	 * tables of shared memory. A kernel before 5.14 refuses, and it does.
	 */
	(void)madvise(report, size_of_report(spec), MADV_POPULATE_WRITE);
	/* Whoever waits for an item's time is to wake then, not 50 us later. */
	if (spec->due_ns)
		prctl(PR_SET_TIMERSLACK, 1);
	(void)on_exit(note_exit, report);
	report->error = run_strategy(spec, &job, process);
	if (report->phase >= TRIAL_TEARDOWN)
		report->phase = TRIAL_DONE;
	/* exit, not _exit: a sanitizer looks for leaks there. */
	exit(EXIT_SUCCESS);
}

static void close_all(struct trial_process *process)
{
	int *fds[] = {&process->ready, &process->go, &process->pidfd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (*fds[i] >= 0)
			close(*fds[i]);
	census_close(&process->census);
}

/* Forks the child. On failure nothing is left open, and no child. */
static int start(struct trial_process *process, const struct trial_spec *spec)
{
	pid_t parent = getpid();
	int rc;

	process->ready = eventfd(0, EFD_CLOEXEC);
	process->go = eventfd(0, EFD_CLOEXEC);
	if (process->ready < 0 || process->go < 0)
		goto fail;
	/* Buffered output would be written twice. */
	(void)fflush(NULL);
	census_open(&process->census);
	process->pid = fork();
	if (process->pid < 0)
		goto fail;
	if (process->pid == 0)
		child_main(spec, process, parent);
	setpgid(process->pid, process->pid);
	process->pidfd = pidfd_open(process->pid, 0);
	if (process->pidfd >= 0)
		return 0;
fail:
	rc = -errno;
	if (process->pid > 0) {
		kill(process->pid, SIGKILL);
		waitpid(process->pid, NULL, 0);
	}
	close_all(process);
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
	struct trial_process *process, const struct trial_spec *spec)
{
	uint64_t deadline = clock_ns() + trial_deadline_ns(spec);
	struct pollfd fds[] = {
		{.fd = process->pidfd, .events = POLLIN},
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
		fds[2].fd = -1; /* READY comes once */
		if (spec->before_go)
			spec->before_go(spec->ctx);
		/* It cannot fail: a count of 0 has room for 1 (eventfd(2)). */
		(void)signal_event(process->go);
	}
}

static uint64_t timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_usec * 1000;
}

/* Adds what the kernel counted of a process that has been waited for. */
static void add_usage(struct trial_result *result, const struct rusage *usage)
{
	uint64_t rss_bytes = (uint64_t)usage->ru_maxrss * 1024;

	result->cpu_user_ns += timeval_ns(usage->ru_utime);
	result->cpu_sys_ns += timeval_ns(usage->ru_stime);
	result->voluntary_switches += (uint64_t)usage->ru_nvcsw;
	result->involuntary_switches += (uint64_t)usage->ru_nivcsw;
	if (rss_bytes > result->peak_rss_bytes)
		result->peak_rss_bytes = rss_bytes;
}

/*
 * Kills and reaps every child of ours but two, and counts them and what they
 * used. Whoever did not wait for them has none of that in his own usage.
 */
static void sweep(struct trial_result *result, pid_t trial, pid_t bystander)
{
	struct rusage usage;
	char path[64];
	bool found = true;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		(int)getpid());
	/* A killed orphan's own children come to us in turn: look again. */
	while (found) {
		FILE *children = fopen(path, "re");
		int pid;

		found = false;
		while (children && fscanf(children, "%d", &pid) == 1) {
			if (pid == trial || pid == bystander)
				continue;
			kill(pid, SIGKILL);
			if (wait4(pid, NULL, 0, &usage) == pid)
				add_usage(result, &usage);
			result->left_behind++;
			found = true;
		}
		if (children)
			(void)fclose(children);
	}
}

/* Ends the trial's processes and takes what the kernel counted of them. */
static void finish(struct trial_result *result, struct trial_process *process,
	const struct trial_spec *spec)
{
	struct rusage usage = {0};
	siginfo_t info;
	int status = 0;

	/* By its own number too: a strategy may have moved it elsewhere. */
	if (result->end != TRIAL_COMPLETED)
		kill(process->pid, SIGKILL);
	/* Still a zombie, so its number cannot be another group's. */
	waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOWAIT);
	kill(-process->pid, SIGKILL);
	sweep(result, process->pid, spec->bystander);
	if (wait4(process->pid, &status, 0, &usage) == process->pid)
		add_usage(result, &usage);
	census_read(&process->census, &result->threads_created,
		&result->processes_created);
	close_all(process);

	result->phase = process->report->phase;
	result->error = process->report->error;
	result->program_status = process->report->program_status;
	result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	result->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	if (result->end == TRIAL_COMPLETED) {
		if (result->exit_status && result->error == -EAGAIN)
			result->end = TRIAL_FAILED;
		else if (result->signal || result->exit_status ||
			(!result->error && result->phase != TRIAL_DONE))
			result->end = TRIAL_CRASHED;
		else if (result->error)
			result->end = TRIAL_FAILED;
	}
	result->setup_ns = process->report->setup_ns;
	result->t0_ns = process->report->t0_ns;
	result->t1_ns = process->report->t1_ns;
	result->teardown_ns = process->report->teardown_ns;
}

int trial_run(struct trial_result *result, const struct trial_spec *spec,
	struct fr_error *err)
{
	size_t size = size_of_report(spec);
	struct trial_process process = {.ready = -1, .go = -1, .pidfd = -1};
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
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	rc = start(&process, spec);
	if (rc < 0) {
		trial_release(result);
		return fr_error_set(err, EXIT_INVALID,
			"cannot start a trial: %s%s", strerror(-rc),
			rc == -EPERM || rc == -ENOSYS
				? " (pidfd_open(2)); " NEEDS_SECCOMP_REMEDY
				: "");
	}
	result->end = supervise(&process, spec);
	finish(result, &process, spec);
	return 0;
}

void trial_release(struct trial_result *result)
{
	if (result->memory)
		munmap(result->memory, result->memory_size);
	*result = (struct trial_result){0};
}
