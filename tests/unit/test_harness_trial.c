/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trial from fork to reaping, with strategies that live in this file: the
 * good one, and every way to end badly or to leave something behind. Nothing
 * is downloaded. A strategy and its test share a struct notes, which the
 * strategy finds as its observer's context.
 */
#include "test_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
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

static struct notes *notes_of(const struct fr_job *job)
{
	return job->observer->ctx;
}

static int setup(struct fr_job *job)
{
	struct notes *notes = notes_of(job);

	notes->setups++;
	notes->trial = getpid();
	notes->group = getpgrp();
	return 0;
}

static int download_all(struct fr_job *job)
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

static void teardown(struct fr_job *job)
{
	notes_of(job)->teardowns++;
}

static int make_case(void **state)
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
		.http.timeout_ms = 1,
		.observer = &c->observer,
		.stop_fd = -1,
	};
	*state = c;
	return 0;
}

static int drop_case(void **state)
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
static void run(
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

static void an_honest_trial_passes_every_phase_once(void **state)
{
	struct trial_case *c = *state;
	const struct trial_result *result = &c->result;

	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->notes->setups, 1);
	assert_int_equal(c->notes->downloads, 1);
	assert_int_equal(c->notes->teardowns, 1);
	assert_int_equal(result->error, 0);
	assert_int_equal(result->left_behind, 0);
	assert_true(result->t0_ns > 0 && result->t1_ns >= result->t0_ns);
	assert_true(result->peak_rss_bytes > 0);
	for (size_t i = 0; i < c->spec.n; i++) {
		assert_int_equal(result->samples[i].status, FR_OK);
		assert_int_equal(result->samples[i].worker, i % 2);
		assert_true(result->samples[i].start_ns >= result->t0_ns);
		assert_true(result->samples[i].end_ns <= result->t1_ns);
	}
}

static void a_trial_has_a_process_and_a_group_of_its_own(void **state)
{
	struct trial_case *c = *state;

	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_not_equal(c->notes->trial, getpid());
	assert_int_equal(c->notes->group, c->notes->trial);
}

static void a_trial_inherits_no_blocked_signals(void **state)
{
	struct trial_case *c = *state;
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_true(c->notes->signals_clear);
}

static void setup_and_teardown_are_optional(void **state)
{
	struct trial_case *c = *state;

	c->strategy.setup = NULL;
	c->strategy.teardown = NULL;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->notes->downloads, 1);
}

static void note_go(void *ctx)
{
	struct trial_case *c = ctx;

	assert_int_equal(c->notes->setups, 1);
	c->notes->downloads_before_go = c->notes->downloads + 1;
}

static void before_go_comes_between_setup_and_the_clock(void **state)
{
	struct trial_case *c = *state;

	c->spec.before_go = note_go;
	c->spec.ctx = c;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->notes->downloads_before_go, 1);
	assert_int_equal(c->notes->downloads, 1);
}

static int fail_with_enomem(struct fr_job *job)
{
	(void)job;
	return -ENOMEM;
}

static void a_setup_that_fails_ends_the_trial_there(void **state)
{
	struct trial_case *c = *state;

	c->strategy.setup = fail_with_enomem;
	run(c, TRIAL_FAILED, TRIAL_SETUP);
	assert_int_equal(c->result.error, -ENOMEM);
	assert_int_equal(c->notes->downloads, 0);
	assert_int_equal(c->notes->teardowns, 0);
	assert_int_equal(c->result.t0_ns, 0);
}

static void a_download_that_fails_is_torn_down(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = fail_with_enomem;
	run(c, TRIAL_FAILED, TRIAL_DONE);
	assert_int_equal(c->result.error, -ENOMEM);
	assert_int_equal(c->notes->teardowns, 1);
}

/* By default action: cmocka's and a sanitizer's handlers are inherited. */
static int segfault(struct fr_job *job)
{
	(void)job;
	prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
	return 0;
}

static void a_crash_is_told_with_its_signal_and_phase(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = segfault;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal(c->result.signal, SIGSEGV);
	trial_release(&c->result);
	c->strategy.setup = segfault;
	run(c, TRIAL_CRASHED, TRIAL_SETUP);
	assert_int_equal(c->result.signal, SIGSEGV);
}

static int exit_with_3(struct fr_job *job)
{
	(void)job;
	_exit(3);
}

static int exit_with_0(struct fr_job *job)
{
	(void)job;
	_exit(0);
}

static void exiting_by_itself_is_a_crash_whatever_the_status(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = exit_with_3;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal(c->result.signal, 0);
	assert_int_equal(c->result.exit_status, 3);
	trial_release(&c->result);
	c->strategy.download_many = exit_with_0;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal(c->result.exit_status, 0);
}

static int hang(struct fr_job *job)
{
	sigset_t all;

	(void)job;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	while (pause() < 0)
		;
	return 0;
}

static void a_trial_that_hangs_is_killed_at_its_deadline(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = hang;
	run(c, TRIAL_TIMEOUT, TRIAL_RUNNING);
	assert_int_equal(c->result.t1_ns, 0);
	trial_release(&c->result);
	c->strategy.setup = hang;
	run(c, TRIAL_TIMEOUT, TRIAL_SETUP);
}

static int leave_group_and_hang(struct fr_job *job)
{
	if (setpgid(0, getpgid(getppid())) < 0)
		return -errno;
	return hang(job);
}

static void a_trial_that_left_its_group_is_killed_all_the_same(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = leave_group_and_hang;
	run(c, TRIAL_TIMEOUT, TRIAL_RUNNING);
}

/* Forks a process that never ends; its number goes to *slot. */
static int fork_sleeper(pid_t *slot, bool session, pid_t group)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (session)
			setsid();
		if (group >= 0)
			setpgid(0, group);
		*slot = getpid();
		for (;;)
			pause();
	}
	return pid < 0 ? -errno : 0;
}

static int forget_a_sleeper(struct fr_job *job)
{
	download_all(job);
	return fork_sleeper(&notes_of(job)->pids[0], false, -1);
}

static void a_forgotten_process_is_counted_and_killed(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = forget_a_sleeper;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->result.left_behind, 1);
}

static int forget_many(struct fr_job *job)
{
	struct notes *notes = notes_of(job);

	fork_sleeper(&notes->pids[0], true, -1);
	fork_sleeper(&notes->pids[1], false, 0);
	fork_sleeper(&notes->pids[2], false, -1);
	if (fork() == 0) {
		fork_sleeper(&notes->pids[3], true, -1);
		fork_sleeper(&notes->pids[4], false, -1);
		for (;;)
			pause();
	}
	return 0;
}

static void sessions_groups_and_grandchildren_are_found_too(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = forget_many;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	/* The fourth may be killed before it has forked its own. */
	assert_in_range(c->result.left_behind, 4, 6);
	trial_release(&c->result);
	c->strategy.teardown = NULL;
	c->strategy.setup = forget_many;
	c->strategy.download_many = segfault;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_in_range(c->result.left_behind, 4, 6);
}

static int forget_to_wait(struct fr_job *job)
{
	siginfo_t info;
	pid_t pid = fork();

	(void)job;
	if (pid == 0)
		_exit(0);
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}

static void a_process_that_ended_but_was_not_waited_for_counts(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = forget_to_wait;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->result.left_behind, 1);
}

static void the_bystander_is_left_alone(void **state)
{
	struct trial_case *c = *state;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			pause();
	c->spec.bystander = pid;
	c->strategy.download_many = forget_a_sleeper;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->result.left_behind, 1);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static int interrupt_and_hang(struct fr_job *job)
{
	return write(notes_of(job)->stop[1], "x", 1) == 1 ? hang(job) : -EPIPE;
}

static void an_interrupt_ends_the_trial_wherever_it_is(void **state)
{
	struct trial_case *c = *state;

	c->spec.http.timeout_ms = 1000000; /* the deadline is no way out */
	c->spec.stop_fd = c->notes->stop[0];
	c->strategy.download_many = interrupt_and_hang;
	run(c, TRIAL_STOPPED, TRIAL_RUNNING);
	trial_release(&c->result);
	/* The pipe is still readable: interrupted before it began. */
	c->strategy.setup = hang;
	run(c, TRIAL_STOPPED, TRIAL_SETUP);
}

static void kill_before_go(void *ctx)
{
	struct trial_case *c = ctx;
	siginfo_t info;

	kill(c->notes->trial, SIGKILL);
	assert_int_equal(
		waitid(P_PID, (id_t)c->notes->trial, &info, WEXITED | WNOWAIT),
		0);
}

static void a_trial_that_dies_before_go_is_a_crash(void **state)
{
	struct trial_case *c = *state;

	c->spec.before_go = kill_before_go;
	c->spec.ctx = c;
	run(c, TRIAL_CRASHED, TRIAL_READY);
	assert_int_equal(c->result.signal, SIGKILL);
}

static int announce_and_hang(struct fr_job *job)
{
	return write(notes_of(job)->stop[1], "r", 1) == 1 ? hang(job) : -EPIPE;
}

/* All who hold the pipe's other end are gone when it ends. */
static void a_trial_dies_with_the_harness(void **state)
{
	struct trial_case *c = *state;
	char byte;
	pid_t harness;

	c->strategy.download_many = announce_and_hang;
	c->spec.http.timeout_ms = 1000000;
	harness = fork();
	assert_true(harness >= 0);
	if (harness == 0) {
		struct fr_error err;

		trial_run(&c->result, &c->spec, &err);
		_exit(EXIT_FAILURE);
	}
	close(c->notes->stop[1]);
	assert_int_equal(read(c->notes->stop[0], &byte, 1), 1);
	kill(harness, SIGKILL);
	assert_int_equal(waitpid(harness, NULL, 0), harness);
	assert_int_equal(read(c->notes->stop[0], &byte, 1), 0);
	c->notes->stop[1] = -1;
}

static void samples_start_out_empty_on_lines_of_their_own(void **state)
{
	static const struct fr_sample empty;
	struct trial_case *c = *state;

	c->strategy.download_many = exit_with_0;
	c->spec.n = 1000;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal((uintptr_t)c->result.samples % 64, 0);
	for (size_t i = 0; i < c->spec.n; i++)
		assert_memory_equal(
			&c->result.samples[i], &empty, sizeof(empty));
}

static void descriptors_are_not_lost(void **state)
{
	struct trial_case *c = *state;
	int before = dup(0), after;

	close(before);
	for (int i = 0; i < 3; i++) {
		run(c, TRIAL_COMPLETED, TRIAL_DONE);
		trial_release(&c->result);
	}
	after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

static void the_deadline_is_a_timeout_a_round_and_two_seconds(void **state)
{
	struct trial_case *c = *state;

	c->spec.n = 20;
	c->spec.concurrency = 3;
	c->spec.http.timeout_ms = 1500;
	assert_int_equal(trial_deadline_ns(&c->spec), UINT64_C(12500000000));
}

#define TRIAL_TEST(f) cmocka_unit_test_setup_teardown(f, make_case, drop_case)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRIAL_TEST(an_honest_trial_passes_every_phase_once),
		TRIAL_TEST(a_trial_has_a_process_and_a_group_of_its_own),
		TRIAL_TEST(a_trial_inherits_no_blocked_signals),
		TRIAL_TEST(setup_and_teardown_are_optional),
		TRIAL_TEST(before_go_comes_between_setup_and_the_clock),
		TRIAL_TEST(a_setup_that_fails_ends_the_trial_there),
		TRIAL_TEST(a_download_that_fails_is_torn_down),
		TRIAL_TEST(a_crash_is_told_with_its_signal_and_phase),
		TRIAL_TEST(exiting_by_itself_is_a_crash_whatever_the_status),
		TRIAL_TEST(a_trial_that_hangs_is_killed_at_its_deadline),
		TRIAL_TEST(a_trial_that_left_its_group_is_killed_all_the_same),
		TRIAL_TEST(a_forgotten_process_is_counted_and_killed),
		TRIAL_TEST(sessions_groups_and_grandchildren_are_found_too),
		TRIAL_TEST(a_process_that_ended_but_was_not_waited_for_counts),
		TRIAL_TEST(the_bystander_is_left_alone),
		TRIAL_TEST(an_interrupt_ends_the_trial_wherever_it_is),
		TRIAL_TEST(a_trial_that_dies_before_go_is_a_crash),
		TRIAL_TEST(a_trial_dies_with_the_harness),
		TRIAL_TEST(samples_start_out_empty_on_lines_of_their_own),
		TRIAL_TEST(descriptors_are_not_lost),
		TRIAL_TEST(the_deadline_is_a_timeout_a_round_and_two_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
