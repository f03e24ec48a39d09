/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases of resident programs: what they are told besides their job. */
#include "tests/conformance/bench.h"

#include <stdlib.h>

#include "harness/base/cpus.h"
#include "harness/client/work.h"
#include "harness/roster/exec.h"

enum { N = 24, WORKERS = 4, WORK_NS = 5000000 };

/* They cannot trust the authority unless they are told of it. */
void a_resident_program_trusts_the_authority(void **state)
{
	struct bench *bench = *state;
	struct fr_http http = {0};
	char origin[SERVER_ORIGIN_MAX];
	const char **urls;
	struct fr_error err;
	struct run run;

	if (bench->strategy->flags & FR_PLAIN_HTTP)
		skip();
	if (server_ask_authority(&bench->server, &err) < 0)
		bench_fail(bench, &err);
	http.authorities = bench->server.authority;
	server_origin(origin, &bench->server, false, true);
	urls = flag_urls(origin, N);
	assert_non_null(urls);
	bench->http = &http;
	run_trial(bench, &run, "latency=1ms&seed=7&fault=none", N, WORKERS,
		30000, urls);
	bench->http = NULL;
	assert_valid(&run);
	assert_int_equal(run.row.ok, N);
	/* In as many handshakes as there are connections, all of HTTP/1.1. */
	assert_in_range(run.row.connections_opened, 1, WORKERS);
	assert_int_equal(run.row.tls_full + run.row.tls_resumed,
		run.row.connections_opened);
	assert_int_equal(run.row.alpn_h2, 0);
	run_release(&run);
	free(urls);
}

/* Its start is in the set-up, and the CPU time of its work in the trial. */
void a_resident_program_works_on_each_answer(void **state)
{
	struct bench *bench = *state;
	uint64_t cpu_ns[N];
	const struct fr_work work = {.cpu_ns = cpu_ns, .folder = -1};
	const char **urls = flag_urls(bench->origin, N);
	struct run run;

	assert_non_null(urls);
	assert_true(exec_takes_work(bench->strategy));
	for (size_t i = 0; i < N; i++)
		cpu_ns[i] = WORK_NS;
	bench->work = &work;
	run_trial(bench, &run, "latency=1ms&seed=7&fault=none", N, WORKERS,
		30000, urls);
	bench->work = NULL;
	assert_valid(&run);
	assert_true(run.row.setup_ns > 0);
	assert_true(run.row.elapsed_ns >= N * WORK_NS / cpus_allowed());
	run_release(&run);
	free(urls);
}
