/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of trials share: a trial of a strategy that lives in the
 * test. Nothing is downloaded. The strategy and its test share a struct notes,
 * which the strategy finds as its observer's context.
 */
#ifndef TEST_HARNESS_TRIAL_H
#define TEST_HARNESS_TRIAL_H

#include "test_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <flagrace/client.h>

#include "harness/trial/trial.h"

enum { PIDS_MAX = 8 };

/* Written by the trial's process, read by the test when that has ended. */
struct notes {
	unsigned setups, downloads, teardowns;
	unsigned downloads_before_go;
	pid_t trial, group;
	unsigned cpus;        /* of the job */
	pid_t pids[PIDS_MAX]; /* processes the strategy started */
	int stop[2];          /* a pipe; its read end is the trial's stop_fd */
	bool signals_clear;
};

struct trial_case {
	struct notes *notes;
	struct fr_observer observer;
	struct fr_strategy strategy;
	struct trial_spec spec;
	struct trial_result result;
};

static inline struct notes *notes_of(const struct fr_job *job)
{
	return job->observer->ctx;
}

static inline int setup(struct fr_job *job)
{
	struct notes *notes = notes_of(job);

	notes->setups++;
	notes->trial = getpid();
	notes->group = getpgrp();
	notes->cpus = job->cpus;
	return 0;
}

static inline int download_all(struct fr_job *job)
{
	struct sigaction pipe_action;
	sigset_t mask;

	/* The kernel fills in its own signals only. */
	sigemptyset(&mask);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(SIGPIPE, NULL, &pipe_action);
	notes_of(job)->signals_clear =
		sigisemptyset(&mask) && pipe_action.sa_handler == SIG_IGN;
	for (size_t i = 0; i < job->n; i++)
		fr_download_nothing(job, (unsigned)i % job->concurrency, i);
	notes_of(job)->downloads++;
	return 0;
}

static inline void teardown(struct fr_job *job)
{
	notes_of(job)->teardowns++;
}

static inline int make_case(void **state)
{
	struct trial_case *c = calloc(1, sizeof(*c));

	if (!c)
		return -1;
	c->notes = mmap(NULL, sizeof(*c->notes), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c->notes == MAP_FAILED || pipe2(c->notes->stop, O_CLOEXEC) < 0) {
		free(c);
		return -1;
	}
	c->observer.ctx = c->notes;
	c->strategy = (struct fr_strategy){
		.abi = FR_STRATEGY_ABI,
		.name = "in-test",
		.flags = FR_NO_NETWORK,
		.setup = setup,
		.download_many = download_all,
		.teardown = teardown,
	};
	c->spec = (struct trial_spec){
		.strategy = &c->strategy,
		.n = 5,
		.concurrency = 2,
		.trial = "1",
		.http.timeout_ms = 1000000, /* the deadline is no way out */
		.observer = &c->observer,
		.stop_fd = -1,
	};
	*state = c;
	return 0;
}

static inline int drop_case(void **state)
{
	struct trial_case *c = *state;

	trial_release(&c->result);
	close(c->notes->stop[0]);
	close(c->notes->stop[1]);
	munmap(c->notes, sizeof(*c->notes));
	free(c);
	return 0;
}

/* Runs it, and sees that no process of it is left. */
static inline void run(
	struct trial_case *c, enum trial_end end, enum trial_phase phase)
{
	struct fr_error err;

	if (trial_run(&c->result, &c->spec, &err) < 0)
		fail_msg("not started: %s", err.text);
	assert_int_equal(c->result.end, end);
	assert_int_equal(c->result.phase, phase);
	for (size_t i = 0; i < PIDS_MAX; i++)
		if (c->notes->pids[i])
			assert_int_equal(kill(c->notes->pids[i], 0), -1);
	if (c->notes->trial)
		assert_int_equal(kill(c->notes->trial, 0), -1);
}

/* By default action: cmocka's and a sanitizer's handlers are inherited. */
static inline int segfault(struct fr_job *job)
{
	(void)job;
	prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
	return 0;
}

static inline int hang(struct fr_job *job)
{
	sigset_t all;

	(void)job;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	while (pause() < 0)
		;
	return 0;
}

#define TRIAL_TEST(f) cmocka_unit_test_setup_teardown(f, make_case, drop_case)

#endif
