/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/roster/registry.h"
#include "harness/trial/descriptors.h"

static void burn(uint64_t ns)
{
	uint64_t start = clock_read_ns(CLOCK_THREAD_CPUTIME_ID);

	while (clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - start < ns)
		;
}

/* Calls the three functions of the strategy and times each. */
static int run_strategy(
	const struct trial_spec *spec, struct fr_job *job, struct child *child)
{
	const struct fr_strategy *strategy = child->strategy;
	struct report *report = child->report;
	uint64_t start = clock_ns();
	eventfd_t go;
	int rc = strategy->setup ? strategy->setup(job) : 0;

	report->setup_ns = clock_ns() - start;
	if (rc)
		return rc;
	report->phase = TRIAL_READY;
	if (eventfd_write(child->ready, 1) < 0 ||
		eventfd_read(child->go, &go) < 0)
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

void child_prepare(void *ctx)
{
	struct child *child = ctx;
	const struct trial_spec *spec = child->spec;

	if (spec->control_fd > 0)
		close(spec->control_fd);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	descriptors_raise();
	/*
	 * fork(2) copies no page tables of shared memory. Populating them here
	 * keeps page faults out of the clock; a kernel before 5.14 cannot.
	 */
	(void)madvise(child->report, report_size(spec), MADV_POPULATE_WRITE);
	/* The default slack would start items that wait 50 us late. */
	if (spec->due_ns || spec->retry)
		prctl(PR_SET_TIMERSLACK, 1);
	if (spec->quota)
		child->report->error = quota_join(spec->quota);
	/* Afterwards, because a user namespace takes the right to join. */
	if (!child->report->error && spec->link)
		child->report->error = link_enter(spec->link->link);
	if (!child->report->error)
		child->report->error =
			registry_load(&child->strategy, spec->strategy);
}

void child_live(void *ctx)
{
	struct child *child = ctx;
	const struct trial_spec *spec = child->spec;
	struct report *report = child->report;
	struct fr_job job = {
		.n = spec->n,
		.concurrency = spec->concurrency,
		.urls = spec->urls,
		.trial = spec->trial,
		.http = &spec->http,
		.observer = spec->observer,
		.samples = report_samples(report),
		.strategy = child->strategy,
		.due_ns = spec->due_ns,
		.t0_ns = &report->t0_ns,
		.work = spec->work,
		.retry = spec->retry,
		.cpus = child->cpus,
		.witnessed = !spec->unwitnessed,
		.numbers = spec->numbers,
	};

	/* The plug-in could not be loaded. */
	if (report->error)
		_exit(EXIT_SUCCESS);
	(void)on_exit(note_exit, report);
	report->error = run_strategy(spec, &job, child);
	if (report->phase >= TRIAL_TEARDOWN)
		report->phase = TRIAL_DONE;
	/* Not _exit(2): exit(3) runs the leak check of a sanitizer. */
	exit(EXIT_SUCCESS);
}
