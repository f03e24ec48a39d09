/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The account of a trial made up in memory: four items of 50 ms at a
 * concurrency of two, on which client and witness agree.
 */
#ifndef TEST_HARNESS_ACCOUNT_H
#define TEST_HARNESS_ACCOUNT_H

#include "test_harness.h"

#include <stdio.h>

#include "harness/base/work.h"
#include "harness/judge/judge.h"

#define MS  UINT64_C(1000000)
#define T0  (1000 * MS)
#define END (T0 + 104 * MS)

enum { N = 4, ROWS_MAX = 8 };

struct made_up {
	struct fr_strategy strategy;
	struct fr_sample samples[N];
	struct witness_row rows[ROWS_MAX];
	const char *urls[N];
	struct trial_spec spec;
	struct trial_result result;
	struct witness witness;
	struct trial_row row;
	/* Values for the row; 0: unknown. */
	uint64_t server_cpu_ns, capacity;
	uint64_t payload_bytes; /* the row's; 0: not known */
	const char *range;      /* the row's; NULL: none */
	const char *limit;      /* the row's; NULL: none */
	const char *tls;        /* the row's; NULL: none */
	uint64_t listen_overflows, throttled_ns;
};

/* Item i of worker i % 2, in round i / 2; the server needs 1 ms more. */
static inline void make_item(struct made_up *m, size_t i)
{
	uint64_t start = T0 + (i / 2) * 52 * MS;

	m->samples[i] = (struct fr_sample){
		.start_ns = start,
		.end_ns = start + 52 * MS,
		.body_bytes = 1000 + i,
		.body_hash = 77 + i,
		.worker = (uint32_t)(i % 2),
		.http_status = 200,
		.attempts = 1,
		.status = FR_OK,
	};
	m->rows[i] = (struct witness_row){
		.item = (uint32_t)i,
		.attempt = 1,
		.accepted_ns = T0 + MS / 2,
		.first_in_ns = start + MS,
		.arrival_ns = start + MS,
		.delay_ns = 50 * MS,
		.sent_ns = start + 51 * MS,
		.done_ns = start + 51 * MS,
		.bytes = 1000 + i,
		.hash = 77 + i,
		.gone_ns = UINT64_MAX,
		.in_flight = 1 + i % 2,
		.connection = 90 + i % 2,
		.status = 200,
	};
}

static inline void make_up(struct made_up *m)
{
	*m = (struct made_up){0};
	m->strategy =
		(struct fr_strategy){.abi = FR_STRATEGY_ABI, .name = "made-up"};
	for (size_t i = 0; i < N; i++) {
		m->urls[i] = "http://127.0.0.1:1/flags/cn/cn.gif";
		make_item(m, i);
	}
	m->spec = (struct trial_spec){.strategy = &m->strategy,
		.n = N,
		.concurrency = 2,
		.urls = m->urls,
		.trial = "1",
		.cpus = 4,
		.http.timeout_ms = 10000};
	m->result = (struct trial_result){
		.end = TRIAL_COMPLETED,
		.phase = TRIAL_DONE,
		.begin_ns = T0 - 6 * MS,
		.ready_ns = T0 - 2 * MS,
		.go_ns = T0 - MS,
		.exit_ns = END + 3 * MS,
		.setup_ns = 3 * MS,
		.t0_ns = T0,
		.t1_ns = END,
		.teardown_ns = 2 * MS,
		.cpu_user_ns = 4 * MS,
		.cpu_sys_ns = 5 * MS,
		.cpu_ns = 10 * MS,
		.cpu_by = "perf",
		.peak_rss_bytes = 6,
		.voluntary_switches = 7,
		.involuntary_switches = 8,
		.threads_created = 9,
		.processes_created = 10,
		.quota = QUOTA_UNCOUNTED,
	};
	m->witness.count = N;
}

/* The stamps between start and end, which few tests need. */
static inline void stamp(struct made_up *m)
{
	for (size_t i = 0; i < N; i++) {
		uint64_t start = m->samples[i].start_ns;

		m->samples[i].first_byte_ns = start + 51 * MS;
		m->samples[i].connect_ns = i < 2 ? start + MS / 2 : 0;
	}
}

/* Judges the trial into m->row. */
static inline enum trial_verdict judge(struct made_up *m)
{
	struct account account;

	m->result.samples = m->samples;
	m->witness.rows = m->rows;
	trial_row_init(&m->row);
	m->row.concurrency = m->spec.concurrency;
	if (m->server_cpu_ns)
		m->row.server_cpu_ns = m->server_cpu_ns;
	if (m->capacity)
		m->row.workload.capacity = m->capacity;
	if (m->payload_bytes)
		m->row.workload.payload_bytes = m->payload_bytes;
	if (m->range)
		(void)snprintf(m->row.workload.range,
			sizeof(m->row.workload.range), "%s", m->range);
	if (m->limit)
		(void)snprintf(m->row.workload.limit,
			sizeof(m->row.workload.limit), "%s", m->limit);
	if (m->tls)
		(void)snprintf(m->row.workload.tls, sizeof(m->row.workload.tls),
			"%s", m->tls);
	m->row.listen_overflows = m->listen_overflows;
	m->row.throttled_ns = m->throttled_ns;
	assert_int_equal(
		account_init(&account, &m->spec, &m->result, &m->witness), 0);
	assert_int_equal(judge_trial(&account, &m->row), 0);
	account_release(&account);
	return m->row.verdict;
}

static inline void assert_valid(struct made_up *m)
{
	judge(m);
	assert_string_equal(m->row.reason, "");
	assert_int_equal(m->row.verdict, VERDICT_VALID);
}

static inline void assert_invalid(struct made_up *m, const char *reason)
{
	judge(m);
	assert_string_equal(m->row.reason, reason);
	assert_int_equal(m->row.verdict, VERDICT_INVALID);
}

#endif
