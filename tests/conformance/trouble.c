/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trouble that is not in the requests: a server that dies, a system that has no
 * descriptor, thread or process left. The strategy must return, every item must
 * have its outcome or the trial must have failed, and nothing may be left behind.
 */
#include "tests/conformance/bench.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/account/cause.h"
#include "harness/client/work.h"

enum { LAST_SERVED = 10, PATIENCE_MS = 30000 };

/* Kills the server when that item has come, and waits until it is gone. */
static void kill_server(void *ctx, size_t item, const struct fr_sample *sample,
	const void *body, size_t length)
{
	const struct bench *bench = ctx;
	struct pollfd gone = {.fd = -1, .events = POLLIN};

	(void)sample;
	(void)body;
	(void)length;
	if (item != LAST_SERVED)
		return;
	gone.fd = pidfd_open(bench->pid, 0);
	if (gone.fd < 0 || kill(bench->pid, SIGKILL) < 0 ||
		poll(&gone, 1, PATIENCE_MS) != 1)
		abort();
	close(gone.fd);
}

/* The delay is long, so that the last items are started well after that. */
void a_server_that_goes_away_ends_in_errors(void **state)
{
	enum { N = 200, CONCURRENCY = 5 };
	struct bench *bench = *state;
	const struct fr_observer observer = {
		.arrived = kill_server, .ctx = bench};
	const char **urls;
	struct fr_error err;
	struct run run;

	if (is_offline(bench))
		skip();
	urls = flag_urls(bench->origin, N);
	assert_non_null(urls);
	assert_int_equal(server_configure(&bench->server,
				 "latency=20ms&seed=7&fault=none", &err),
		0);
	run_start(bench, &run, N, CONCURRENCY, PATIENCE_MS, urls);
	run.spec.observer = &observer;
	assert_int_equal(trial_run(&run.result, &run.spec, &err), 0);
	assert_int_equal(run.result.end, TRIAL_COMPLETED);
	assert_int_equal(run.result.left_behind, 0);
	for (size_t i = 0; i < N; i++) {
		unsigned status = run.result.samples[i].status;

		assert_true(status == FR_OK || status == FR_NET_ERROR);
	}
	assert_int_equal(run.result.samples[LAST_SERVED].status, FR_OK);
	assert_int_equal(run.result.samples[N - 1].status, FR_NET_ERROR);
	run_release(&run);
	free(urls);
	/* Later cases have a server again. */
	bench_stop_server(bench);
	assert_int_equal(bench_start_server(bench), 0);
}

/* A strategy that finds less than it is used to. */
struct hindered {
	struct fr_strategy strategy; /* the first: a job leads back here */
	const struct fr_strategy *original;
	void (*hinder)(unsigned left);
	unsigned left;
};

static int hindered_setup(struct fr_job *job)
{
	const struct hindered *hindered =
		(const struct hindered *)job->strategy;

	hindered->hinder(hindered->left);
	return hindered->original->setup ? hindered->original->setup(job) : 0;
}

/* Runs a trial of it, which fails, or completes with these outcomes alone. */
static void run_hindered(struct bench *bench, void (*hinder)(unsigned left),
	unsigned left, struct run *run)
{
	enum { N = 20, CONCURRENCY = 5 };
	struct hindered hindered = {.strategy = *bench->strategy,
		.original = bench->strategy,
		.hinder = hinder,
		.left = left};
	const char **urls = flag_urls(bench->origin, N);
	struct fr_error err;

	assert_non_null(urls);
	assert_int_equal(server_configure(&bench->server,
				 "latency=1ms&seed=7&fault=none", &err),
		0);
	hindered.strategy.setup = hindered_setup;
	run_start(bench, run, N, CONCURRENCY, PATIENCE_MS, urls);
	run->spec.strategy = &hindered.strategy;
	assert_int_equal(trial_run(&run->result, &run->spec, &err), 0);
	assert_int_equal(run->result.left_behind, 0);
	assert_int_equal(
		server_witness(&bench->server, TRIAL, &run->witness, &err), 0);
	run_judge(run);
	run->spec.strategy = bench->strategy;
	free(urls);
}

/* Whether the trial is a failed one, by the strategy's own word. */
static bool has_failed(const struct run *run)
{
	if (run->result.end != TRIAL_FAILED)
		return false;
	assert_true(run->result.error < 0);
	assert_int_equal(run->row.verdict, VERDICT_FAILED);
	return true;
}

/* A sanitizer that looks for leaks at the end needs some of its own. */
static void free_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		abort();
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		abort();
}

/* So many more descriptors than are open now, and no more. */
static void limit_descriptors(unsigned left)
{
	int next = dup(STDIN_FILENO);
	struct rlimit limit;

	if (next < 0 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		abort();
	close(next);
	limit.rlim_cur = (rlim_t)next + left;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || atexit(free_descriptors))
		abort();
}

/* A runtime of OpenMP that lacks what it needs ends the program itself. */
static bool has_crashed(const struct bench *bench, const struct run *run)
{
	if (!is_openmp(bench) || run->result.end != TRIAL_CRASHED)
		return false;
	assert_int_equal(run->row.verdict, VERDICT_CRASHED);
	return true;
}

void without_descriptors_it_fails_or_records_errors(void **state)
{
	struct bench *bench = *state;
	char cause[CAUSE_MAX];
	struct run run;

	if (is_misread(bench))
		skip();
	for (unsigned left = 0; left < 8; left++) {
		run_hindered(bench, limit_descriptors, left, &run);

		bool given_up = has_failed(&run) || has_crashed(bench, &run);

		for (size_t i = 0; i < run.spec.n && !given_up; i++) {
			unsigned status = run.result.samples[i].status;

			assert_int_equal(run.result.end, TRIAL_COMPLETED);
			assert_true(status == FR_OK || status == FR_NET_ERROR);
			cause_of(cause, &run.result.samples[i]);
			assert_string_equal(
				cause, status == FR_OK ? "" : "no-descriptor");
		}
		assert_true(left > 0 || run.row.ok == 0 || is_offline(bench));
		run_release(&run);
	}
}

/*
 * From now on no thread and no process can be made (seccomp(2); a limit on
 * their number would not hold for root). What a sanitizer starts at its end
 * sends no signal when it ends, and is let through.
 */
static void limit_tasks(unsigned left)
{
	enum { AGAIN = SECCOMP_RET_ERRNO | EAGAIN };
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0xff, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, AGAIN),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(code[0]), .filter = code};

	(void)left;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		abort();
}

static void run_without_tasks(struct bench *bench)
{
	struct run run;

	run_hindered(bench, limit_tasks, 0, &run);
	/* For lack of threads libgomp exits, a failure, and libomp aborts. */
	if (!has_crashed(bench, &run) && !has_failed(&run)) {
		assert_false(is_openmp(bench));
		assert_valid(&run);
		assert_int_equal(run.row.ok, run.spec.n);
	}
	run_release(&run);
}

/* Some strategies need threads or processes for the work alone. */
void without_threads_or_processes_it_fails_or_needs_none(void **state)
{
	static const struct fr_work work = {.folder = -1};
	struct bench *bench = *state;

	run_without_tasks(bench);
	if (is_offline(bench))
		return;
	bench->work = &work;
	run_without_tasks(bench);
	bench->work = NULL;
}
