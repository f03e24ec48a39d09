/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a trial may leave behind, and who ends when another does. */
#include "test_harness_trial.h"

#include <poll.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <time.h>

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

static pid_t fork_pauser(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void children_of_the_harness_are_left_alone(void **state)
{
	struct trial_case *c = *state;
	pid_t pid = fork_pauser();

	c->strategy.download_many = forget_a_sleeper;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->result.left_behind, 1);
	end(pid);
}

/* As of a subshell that has ended, or in the first process of a container. */
static void an_orphan_that_comes_to_the_harness_is_left_alone(void **state)
{
	struct trial_case *c = *state;
	int ends[2];
	pid_t middle, orphan = 0;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	middle = fork();
	assert_true(middle >= 0);
	if (middle == 0) {
		orphan = fork_pauser();
		_exit(write(ends[1], &orphan, sizeof(orphan)) !=
			sizeof(orphan));
	}
	assert_int_equal(waitpid(middle, NULL, 0), middle);
	assert_int_equal(read(ends[0], &orphan, sizeof(orphan)),
		(ssize_t)sizeof(orphan));
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(c->result.left_behind, 0);
	end(orphan);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(ends[0]);
	close(ends[1]);
}

/* Uses up some CPU in a child that it waits for. */
static int fork_and_wait(struct fr_job *job)
{
	pid_t pid = fork();
	int status = 1;

	(void)job;
	if (pid == 0) {
		while (clock() < CLOCKS_PER_SEC / 50)
			;
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -errno;
	return status;
}

static void children_are_waited_for_whatever_was_inherited(void **state)
{
	struct trial_case *c = *state;

	(void)signal(SIGCHLD, SIG_IGN);
	c->strategy.download_many = fork_and_wait;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	(void)signal(SIGCHLD, SIG_DFL);
	assert_int_equal(c->result.left_behind, 0);
	assert_in_range(c->result.cpu_user_ns + c->result.cpu_sys_ns, 10000000,
		UINT64_MAX / 4);
	assert_true(c->result.peak_rss_bytes > 0);
}

/* Uses up some CPU in a child that the kernel forgets at once. */
static int fork_and_forget(struct fr_job *job)
{
	struct pollfd end = {.events = POLLIN};
	pid_t pid;

	(void)job;
	(void)signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		while (clock() < CLOCKS_PER_SEC / 20)
			;
		_exit(0);
	}
	end.fd = pidfd_open(pid, 0);
	while (end.fd >= 0 && poll(&end, 1, -1) != 1)
		;
	return pid > 0 ? 0 : -errno;
}

static void children_that_nobody_waits_for_cost_too(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = fork_and_forget;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	if (c->result.threads_created == UINT64_MAX)
		skip();
	assert_string_equal(c->result.cpu_by, "perf");
	assert_in_range(c->result.cpu_ns, 50000000, UINT64_MAX - 1);
	assert_in_range(c->result.cpu_user_ns + c->result.cpu_sys_ns, 1,
		c->result.cpu_ns - 1);
	trial_release(&c->result);
	/* Where somebody waits, the kernel's account of it has everything. */
	c->strategy.download_many = fork_and_wait;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_string_equal(c->result.cpu_by, "rusage");
	assert_true(c->result.cpu_ns ==
		c->result.cpu_user_ns + c->result.cpu_sys_ns);
}

static void linger(void)
{
	static const struct timespec tenth = {.tv_nsec = 100000000};

	(void)nanosleep(&tenth, NULL);
}

static int tear_down_later(struct fr_job *job)
{
	(void)job;
	return atexit(linger) ? -ENOMEM : 0;
}

static void a_trial_lasts_until_its_process_has_ended(void **state)
{
	struct trial_case *c = *state;
	const struct trial_result *result = &c->result;

	c->strategy.setup = tear_down_later;
	c->strategy.teardown = NULL;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_true(result->begin_ns <= result->ready_ns);
	assert_true(result->ready_ns <= result->go_ns);
	assert_true(result->go_ns <= result->t0_ns);
	assert_true(result->t1_ns + 100000000 <= result->exit_ns);
}

static int kill_parent(struct fr_job *job)
{
	kill(getppid(), SIGKILL);
	return hang(job);
}

static int stop_parent(struct fr_job *job)
{
	kill(getppid(), SIGSTOP);
	return write(notes_of(job)->stop[1], "x", 1) == 1 ? hang(job) : -EPIPE;
}

static void who_attacks_the_process_above_harms_the_own_trial(void **state)
{
	struct trial_case *c = *state;

	struct fr_error err;

	c->strategy.download_many = kill_parent;
	/* Its process dies of that, too, but perhaps a moment later. */
	assert_int_equal(trial_run(&c->result, &c->spec, &err), 0);
	assert_int_equal(c->result.end, TRIAL_CRASHED);
	assert_int_equal(c->result.phase, TRIAL_RUNNING);
	c->notes->trial = 0;
	assert_int_equal(c->result.signal, SIGKILL);
	assert_true(c->result.cpu_user_ns == UINT64_MAX);
	trial_release(&c->result);
	c->spec.stop_fd = c->notes->stop[0];
	c->strategy.download_many = stop_parent;
	run(c, TRIAL_STOPPED, TRIAL_RUNNING);
}

/* Of this process. */
static unsigned count_pipes(void)
{
	char link[64], target[64];
	unsigned count = 0;

	for (int fd = 3; fd < 64; fd++) {
		ssize_t length;

		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		length = readlink(link, target, sizeof(target));
		count += length > 5 && memcmp(target, "pipe:", 5) == 0;
	}
	return count;
}

static unsigned pipes_before;

static int look_for_pipes(struct fr_job *job)
{
	download_all(job);
	return count_pipes() == pipes_before ? 0 : -EBADF;
}

/* Else it could write the account of itself. */
static void the_keeper_s_pipe_is_not_the_trial_s(void **state)
{
	struct trial_case *c = *state;

	pipes_before = count_pipes();
	assert_true(pipes_before >= 2); /* of the notes */
	c->strategy.download_many = look_for_pipes;
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
}

static int interrupt_and_hang(struct fr_job *job)
{
	return write(notes_of(job)->stop[1], "x", 1) == 1 ? hang(job) : -EPIPE;
}

static void an_interrupt_ends_the_trial_wherever_it_is(void **state)
{
	struct trial_case *c = *state;

	c->spec.stop_fd = c->notes->stop[0];
	c->strategy.download_many = interrupt_and_hang;
	run(c, TRIAL_STOPPED, TRIAL_RUNNING);
	trial_release(&c->result);
	/* The pipe is still readable: interrupted before it began. */
	c->strategy.setup = hang;
	run(c, TRIAL_STOPPED, TRIAL_SETUP);
}

static bool kill_before_go(void *ctx)
{
	struct trial_case *c = ctx;
	struct pollfd end = {
		.fd = pidfd_open(c->notes->trial, 0), .events = POLLIN};

	assert_true(end.fd >= 0);
	kill(c->notes->trial, SIGKILL);
	assert_int_equal(poll(&end, 1, -1), 1);
	close(end.fd);
	return true;
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRIAL_TEST(a_forgotten_process_is_counted_and_killed),
		TRIAL_TEST(sessions_groups_and_grandchildren_are_found_too),
		TRIAL_TEST(a_process_that_ended_but_was_not_waited_for_counts),
		TRIAL_TEST(children_of_the_harness_are_left_alone),
		TRIAL_TEST(an_orphan_that_comes_to_the_harness_is_left_alone),
		TRIAL_TEST(children_are_waited_for_whatever_was_inherited),
		TRIAL_TEST(children_that_nobody_waits_for_cost_too),
		TRIAL_TEST(a_trial_lasts_until_its_process_has_ended),
		TRIAL_TEST(who_attacks_the_process_above_harms_the_own_trial),
		TRIAL_TEST(the_keeper_s_pipe_is_not_the_trial_s),
		TRIAL_TEST(an_interrupt_ends_the_trial_wherever_it_is),
		TRIAL_TEST(a_trial_that_dies_before_go_is_a_crash),
		TRIAL_TEST(a_trial_dies_with_the_harness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
