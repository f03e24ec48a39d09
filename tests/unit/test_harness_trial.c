/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial from fork to its end: the good one, and every way to end badly. */
#include "test_harness_trial.h"

#include <sched.h>

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

static void a_trial_is_told_of_the_cpus_that_it_may_use(void **state)
{
	struct trial_case *c = *state;
	cpu_set_t all, one;
	size_t first = 0;

	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	run(c, TRIAL_COMPLETED, TRIAL_DONE);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
	assert_int_equal(c->notes->cpus, 1);
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

static bool note_go(void *ctx)
{
	struct trial_case *c = ctx;

	assert_int_equal(c->notes->setups, 1);
	c->notes->downloads_before_go = c->notes->downloads + 1;
	return true;
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

/* As a runtime that has as many threads as it may, and wants more. */
static int exit_for_want_of_threads(struct fr_job *job)
{
	const struct rlimit none = {0};

	(void)job;
	/* root is above that limit */
	(void)!setresuid(65534, 65534, 65534);
	(void)prctl(PR_SET_DUMPABLE, 1); /* for LeakSanitizer */
	(void)setrlimit(RLIMIT_NPROC, &none);
	exit(EXIT_FAILURE);
}

static void exiting_for_want_of_threads_is_a_failure(void **state)
{
	struct trial_case *c = *state;

	c->strategy.download_many = exit_for_want_of_threads;
	run(c, TRIAL_FAILED, TRIAL_RUNNING);
	assert_int_equal(c->result.error, -EAGAIN);
	assert_int_equal(c->notes->teardowns, 0);
}

static int exit_with_1(struct fr_job *job)
{
	(void)job;
	exit(1);
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

	c->strategy.download_many = exit_with_1;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal(c->result.exit_status, 1);
	trial_release(&c->result);
	c->strategy.download_many = exit_with_3;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal(c->result.signal, 0);
	assert_int_equal(c->result.exit_status, 3);
	trial_release(&c->result);
	c->strategy.download_many = exit_with_0;
	run(c, TRIAL_CRASHED, TRIAL_RUNNING);
	assert_int_equal(c->result.exit_status, 0);
}

static void a_trial_that_hangs_is_killed_at_its_deadline(void **state)
{
	struct trial_case *c = *state;

	c->spec.http.timeout_ms = 1;
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

	c->spec.http.timeout_ms = 1;
	c->strategy.download_many = leave_group_and_hang;
	run(c, TRIAL_TIMEOUT, TRIAL_RUNNING);
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

static void the_deadline_is_a_timeout_a_round_and_five_seconds(void **state)
{
	struct trial_case *c = *state;

	c->spec.n = 20;
	c->spec.concurrency = 3;
	c->spec.http.timeout_ms = 1500;
	assert_int_equal(trial_deadline_ns(&c->spec), UINT64_C(15500000000));
}

static void a_strategy_with_its_own_limit_may_ask_one_by_one(void **state)
{
	struct trial_case *c = *state;
	struct fr_strategy careful = *c->spec.strategy;

	careful.flags |= FR_OWN_LIMIT;
	c->spec.strategy = &careful;
	c->spec.n = 20;
	c->spec.concurrency = 3;
	c->spec.http.timeout_ms = 1500;
	assert_int_equal(trial_deadline_ns(&c->spec), UINT64_C(35000000000));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TRIAL_TEST(an_honest_trial_passes_every_phase_once),
		TRIAL_TEST(a_strategy_with_its_own_limit_may_ask_one_by_one),
		TRIAL_TEST(a_trial_has_a_process_and_a_group_of_its_own),
		TRIAL_TEST(a_trial_is_told_of_the_cpus_that_it_may_use),
		TRIAL_TEST(a_trial_inherits_no_blocked_signals),
		TRIAL_TEST(setup_and_teardown_are_optional),
		TRIAL_TEST(before_go_comes_between_setup_and_the_clock),
		TRIAL_TEST(a_setup_that_fails_ends_the_trial_there),
		TRIAL_TEST(a_download_that_fails_is_torn_down),
		TRIAL_TEST(a_crash_is_told_with_its_signal_and_phase),
		TRIAL_TEST(exiting_for_want_of_threads_is_a_failure),
		TRIAL_TEST(exiting_by_itself_is_a_crash_whatever_the_status),
		TRIAL_TEST(a_trial_that_hangs_is_killed_at_its_deadline),
		TRIAL_TEST(a_trial_that_left_its_group_is_killed_all_the_same),
		TRIAL_TEST(samples_start_out_empty_on_lines_of_their_own),
		TRIAL_TEST(descriptors_are_not_lost),
		TRIAL_TEST(the_deadline_is_a_timeout_a_round_and_five_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
