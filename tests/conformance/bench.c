/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A strategy's trials against the program's own server, a case at a time. */
#include "tests/conformance/bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/account/samples_from_witness.h"
#include "harness/base/xxh3.h"
#include "harness/judge/judge.h"
#include "harness/roster/needs.h"

static _Noreturn void exec_server(const char *flagrace, int output)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(output, STDOUT_FILENO) >= 0)
		execl(flagrace, "flagrace", "serve", "--port", "0", "--tls",
			(char *)NULL);
	_exit(EXIT_FAILURE);
}

static int choose_scheme(struct bench *bench, struct fr_error *err)
{
	bool secure = needs_check_plain(bench->strategy, NULL) < 0;

	bench->base = (struct fr_http){0};
	if (secure && server_ask_authority(&bench->server, err) < 0)
		return -1;
	if (secure)
		bench->base.authorities = bench->server.authority;
	server_origin(bench->origin, &bench->server, false, secure);
	return 0;
}

int bench_start_server(struct bench *bench)
{
	char line[128] = "", *url = line + strlen("listening on ");
	struct fr_error err;
	int ends[2];
	FILE *output;

	if (pipe(ends) < 0)
		return -1;
	bench->pid = fork();
	if (bench->pid == 0)
		exec_server(bench->flagrace, ends[1]);
	close(ends[1]);
	output = fdopen(ends[0], "r");
	if (!output || !fgets(line, sizeof(line), output))
		return -1;
	(void)fclose(output);
	line[strcspn(line, "\n")] = '\0';
	if (server_attach(&bench->server, url, true, &err) == 0 &&
		choose_scheme(bench, &err) == 0)
		return 0;
	fprintf(stderr, "%s: %s\n", line, err.text);
	return -1;
}

/* Says how the server ended, if it has: its standard error is the test's. */
static void tell_server(const struct bench *bench)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)bench->pid, &info,
		    WEXITED | WNOHANG | WNOWAIT) < 0)
		print_error("the server has been waited for by another\n");
	else if (info.si_pid && info.si_code == CLD_EXITED)
		print_error("the server has ended: exit status %d\n",
			info.si_status);
	else if (info.si_pid)
		print_error(
			"the server has ended: signal %d\n", info.si_status);
}

void bench_fail(const struct bench *bench, const struct fr_error *err)
{
	tell_server(bench);
	fail_msg("%s", err->text);
}

int bench_fetch_flags(struct bench *bench)
{
	char url[FLAG_URL_MAX];
	struct http_answer answer;
	struct fr_error err;

	for (size_t i = 0; i < POP20_COUNT; i++) {
		flag_url(url, "", pop20[i]);
		if (http_exchange(&bench->server.http, "GET", url, NULL,
			    &answer, &err) < 0 ||
			answer.status != 200)
			return -1;
		bench->hash[i] = XXH3_64bits(answer.body, answer.length);
		bench->bytes[i] = answer.length;
		http_answer_release(&answer);
	}
	return 0;
}

void run_release(struct run *run)
{
	trial_release(&run->result);
	witness_release(&run->witness);
}

static unsigned clamped(
	const struct fr_strategy *strategy, size_t n, unsigned concurrency)
{
	unsigned most = strategy->max_concurrency;

	if (most == 0 || most > n)
		most = (unsigned)n;
	return concurrency < most ? concurrency : most;
}

void run_start(struct bench *bench, struct run *run, size_t n,
	unsigned concurrency, unsigned timeout_ms, const char *const *urls)
{
	*run = (struct run){
		.spec = {
			.strategy = bench->strategy,
			.n = n,
			.concurrency = clamped(bench->strategy, n, concurrency),
			.urls = urls,
			.trial = TRIAL,
			.due_ns = bench->due_ns,
			.work = bench->work,
			.retry = bench->retry,
			.schedule = bench->schedule,
			.stop_fd = -1,
		}};
	run->spec.http = bench->http ? *bench->http : bench->base;
	run->spec.http.timeout_ms = timeout_ms;
}

void run_judge(struct run *run)
{
	struct account account;

	trial_row_init(&run->row);
	if (run->spec.strategy->flags & FR_WITNESS_SAMPLES)
		assert_int_equal(
			samples_from_witness(run->result.samples, &run->spec,
				&run->result, &run->witness),
			0);
	assert_int_equal(
		account_init(&account, &run->spec, &run->result, &run->witness),
		0);
	assert_int_equal(judge_trial(&account, &run->row), 0);
	account_release(&account);
}

void run_trial(struct bench *bench, struct run *run, const char *settings,
	size_t n, unsigned concurrency, unsigned timeout_ms,
	const char *const *urls)
{
	char all[512];
	struct fr_error err;

	/* A setting keeps its value, and few cases name this one. */
	(void)snprintf(all, sizeof(all), "limit=none&%s", settings);
	if (server_configure(&bench->server, all, &err) < 0)
		bench_fail(bench, &err);
	run_start(bench, run, n, concurrency, timeout_ms, urls);
	if (trial_run(&run->result, &run->spec, &err) < 0 ||
		server_witness(&bench->server, TRIAL, &run->witness, &err) < 0)
		bench_fail(bench, &err);
	assert_int_equal(run->result.end, TRIAL_COMPLETED);
	assert_int_equal(run->result.error, 0);
	assert_int_equal(run->result.left_behind, 0);
	run_judge(run);
}

bool is_offline(const struct bench *bench)
{
	return bench->strategy->flags & FR_NO_NETWORK;
}

bool is_program(const struct bench *bench)
{
	return bench->strategy->flags & FR_WITNESS_SAMPLES;
}

bool is_openmp(const struct bench *bench)
{
	return strncmp(bench->strategy->name, "openmp", 6) == 0;
}

bool is_misread(const struct bench *bench)
{
#ifdef __SANITIZE_THREAD__
	return is_openmp(bench);
#else
	(void)bench;
	return false;
#endif
}

void assert_valid(const struct run *run)
{
	if (run->row.verdict != VERDICT_VALID)
		fail_msg("%s: %s", trial_verdict_name(run->row.verdict),
			run->row.reason);
}

void bench_stop_server(struct bench *bench)
{
	tell_server(bench);
	/* SIGTERM would have it wait for the requests that were given up. */
	kill(bench->pid, SIGKILL);
	waitpid(bench->pid, NULL, 0);
	free(bench->server.authority);
}
