/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases of TLS: how connections begin, by the server's count. */
#include "tests/conformance/bench.h"

#include <stdlib.h>

#include "harness/roster/needs.h"

enum { N = 12, WORKERS = 4 };

static bool speaks_tls(const struct bench *bench)
{
	unsigned flags = bench->strategy->flags;

	return !(flags & FR_PLAIN_HTTP) || flags & FR_TLS;
}

/* Items on a connection each; the server's count of handshakes is exact. */
static void download(struct bench *bench, bool full)
{
	struct fr_http http = {
		.fresh_connections = true, .full_handshakes = full};
	bool keeps = !(bench->strategy->flags & FR_FRESH_CONNECTIONS);
	char origin[SERVER_ORIGIN_MAX];
	const char **urls;
	struct fr_error err;
	struct run run;

	if (server_ask_authority(&bench->server, &err) < 0)
		bench_fail(bench, &err);
	http.authorities = bench->server.authority;
	server_origin(origin, &bench->server, false, true);
	urls = flag_urls(origin, N);
	assert_non_null(urls);
	bench->http = &http;
	run_trial(bench, &run, "latency=1ms&seed=7", N, WORKERS, 30000, urls);
	bench->http = NULL;
	assert_valid(&run);
	assert_int_equal(run.row.ok, N);
	if (!is_offline(bench)) {
		assert_int_equal(run.row.tls_full + run.row.tls_resumed, N);
		assert_in_range(run.row.tls_full, full || !keeps ? N : 1,
			full || !keeps ? N : run.spec.concurrency);
		assert_int_equal(run.row.alpn_h2,
			bench->strategy->flags & FR_HTTP2 ? N : 0);
		assert_int_equal(run.row.alpn_h2 + run.row.alpn_http1, N);
		/* Or unknown, because a connection ended late. */
		assert_true(run.row.wire_in_bytes > N);
		assert_true(run.row.wire_out_bytes > run.row.body_bytes);
	}
	run_release(&run);
	free(urls);
}

void each_connection_makes_a_full_handshake(void **state)
{
	if (speaks_tls(*state))
		download(*state, true);
}

void a_worker_resumes_its_session(void **state)
{
	struct bench *bench = *state;

	if (needs_check_resuming(bench->strategy, NULL) < 0)
		skip();
	if (speaks_tls(*state))
		download(*state, false);
}
