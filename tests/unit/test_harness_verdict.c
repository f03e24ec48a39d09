/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Verdicts: an account that agrees is valid; each test spoils one thing in it
 * and expects the reason that belongs to that.
 */
#include "test_harness_account.h"

#include <errno.h>
#include <math.h>
#include <signal.h>

static void two_accounts_that_agree_are_valid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_valid(&m);
}

static void a_process_left_behind_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.result.left_behind = 1;
	assert_invalid(&m, "left 1 process behind");
	m.result.left_behind = 3;
	assert_invalid(&m, "left 3 processes behind");
}

static void an_item_never_performed_is_invalid_and_named(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[2] = (struct fr_sample){0};
	m.witness.count = 2;
	m.rows[1] = m.rows[3];
	assert_invalid(
		&m, "1 of 4 items were never performed; the first is item 2");
}

static void an_outcome_nobody_knows_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[0].status = FR_STATUS_COUNT;
	assert_invalid(&m, "4 items but 3 outcomes were recorded");
}

static void a_request_of_a_strategy_without_network_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.strategy.flags = FR_NO_NETWORK;
	assert_invalid(
		&m, "4 requests by a strategy that declares it sends none");
	m.witness.count = 0;
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, FR_UNKNOWN);
	assert_true(isnan(m.row.efficiency));
}

static void a_witness_that_dropped_rows_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.witness.dropped = 5;
	assert_invalid(&m, "the witness dropped 5 rows");
}

static void an_item_of_no_job_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[4] = m.rows[3];
	m.rows[4].item = 4;
	m.witness.count = 5;
	assert_invalid(&m, "requested item 4; the job's last item is 3");
	m.rows[4].item = UINT32_MAX;
	assert_invalid(
		&m, "requested item 4294967295; the job's last item is 3");
}

static void an_item_fetched_twice_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[4] = m.rows[1];
	m.witness.count = 5;
	assert_invalid(&m, "item 1 was fetched more than once");
}

/* The rows of item 1: row 1 on a connection that was lost, then row 4. */
static void send_item_1_again(struct made_up *m)
{
	make_up(m);
	m->rows[4] = m->rows[1];
	m->rows[4].arrival_ns += 10 * MS;
	m->rows[4].delay_ns = 40 * MS;
	m->rows[1].sent_ns = UINT64_MAX;
	m->rows[1].bytes = UINT64_MAX;
	m->samples[1].attempts = 2;
	m->witness.count = 5;
}

static void an_item_sent_again_is_valid(void **state)
{
	struct made_up m;

	(void)state;
	send_item_1_again(&m);
	assert_valid(&m);
	/* the server may also never have seen one of the requests */
	m.samples[1].attempts = 3;
	assert_valid(&m);
}

static void an_item_sent_more_often_than_counted_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	send_item_1_again(&m);
	m.samples[1].attempts = 1;
	assert_invalid(&m, "item 1 was fetched more than once");
}

static void an_item_asked_for_again_after_its_answer_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	send_item_1_again(&m);
	m.rows[1].bytes = m.rows[4].bytes;
	m.rows[1].sent_ns = m.rows[4].arrival_ns;
	assert_invalid(&m, "item 1 was fetched more than once");
	/* the client had left before it was answered */
	m.rows[1].sent_ns++;
	assert_valid(&m);
}

static void an_item_the_server_never_saw_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2] = m.rows[3];
	m.witness.count = 3;
	assert_invalid(&m, "item 2 never reached the server");
}

static void another_body_than_was_sent_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[3].body_bytes--;
	assert_invalid(&m, "item 3: 1002 bytes received; 1003 sent");
	make_up(&m);
	m.samples[3].body_hash++;
	assert_invalid(&m, "item 3: not the bytes that were sent");
}

static void more_in_flight_than_allowed_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].arrival_ns = m.rows[1].sent_ns - 1;
	m.samples[2].start_ns = m.rows[2].arrival_ns;
	assert_invalid(&m, "3 requests in flight at once; 2 allowed");
}

static void a_worker_beyond_the_concurrency_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[1].worker = 2;
	assert_invalid(&m, "item 1 has worker 2; the highest number is 1");
}

static void another_url_than_the_items_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[3].path_hash = 1;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "item 3 requested the URL of another item");
}

static void an_item_without_a_connection_is_data(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[3].status = FR_NET_ERROR;
	m.samples[3].error = -EADDRNOTAVAIL;
	m.samples[3].http_status = 0;
	m.samples[3].first_byte_ns = m.samples[3].body_bytes = 0;
	m.witness.count = 3;
	assert_valid(&m);
	assert_int_equal(m.row.net_error, 1);
	assert_string_equal(m.row.failures, "1 no-port");
	/* the kernel gave up connecting, long before the timeout */
	m.samples[3].error = -ETIMEDOUT;
	assert_valid(&m);
	assert_string_equal(m.row.failures, "1 timeout");
	/* the server must see the request of an item that was connected */
	m.samples[3].error = -ECONNRESET;
	assert_invalid(&m, "item 3 never reached the server");
}

static void requests_that_fail_are_data(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[0].status = FR_HTTP_ERROR;
	m.rows[0].status = m.samples[0].http_status = 404;
	m.samples[1].status = FR_NET_ERROR;
	m.samples[1].body_bytes = 3;
	assert_valid(&m);
	assert_int_equal(m.row.ok, 2);
	assert_int_equal(m.row.http_error, 1);
	assert_int_equal(m.row.net_error, 1);
}

static void the_first_reason_is_the_most_telling(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[3] = (struct fr_sample){0};
	m.rows[3].arrival_ns = END + 1;
	m.rows[2].in_flight = 9;
	judge(&m);
	assert_says(m.row.reason, "returned before it was done");
}

/* What a resident program did wrong, or had not done. */
static void the_note_on_a_program_explains_the_reason(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	(void)snprintf(m.result.program_note, sizeof(m.result.program_note),
		"the program has not said READY");
	assert_valid(&m);
	m.result.left_behind = 1;
	assert_invalid(
		&m, "left 1 process behind; the program has not said READY");
	m.result.phase = TRIAL_SETUP;
	m.result.end = TRIAL_TIMEOUT;
	assert_int_equal(judge(&m), VERDICT_TIMEOUT);
	assert_says(m.row.reason, " in setup; the program has not said READY");
	m.result.end = TRIAL_FAILED;
	m.result.error = -EPROTO;
	assert_int_equal(judge(&m), VERDICT_FAILED);
	assert_says(
		m.row.reason, "setup failed: the program has not said READY");
}

static void more_cpu_time_than_the_quota_allows_is_invalid(void **state)
{
	static const struct quota quota = {.limits = {.cpus = 0.1}};
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.cpus = 2;
	m.spec.quota = &quota;
	m.spec.epoch_ns = m.result.begin_ns;
	m.result.exit_ns = m.spec.epoch_ns + 1000 * MS;
	/* 20 ms and two slices of 5 ms are allowed for, and 100 ms a second. */
	m.result.cpu_ns = 130 * MS;
	assert_int_equal(judge(&m), VERDICT_VALID);
	m.result.cpu_ns = 131 * MS;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason,
		"used 131.000 ms of CPU time in 1000.000 ms, more than a quota "
		"of 0.1 CPUs allows");
}

/* 20 ms and 2 % are allowed for. */
static void cpu_time_outside_of_its_cgroup_is_invalid(void **state)
{
	static const struct quota quota = {.limits = {.pids = 100}};
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.quota = &quota;
	m.result.quota.cpu_ns = 1000 * MS;
	m.result.cpu_user_ns = 540 * MS;
	m.result.cpu_sys_ns = 500 * MS;
	assert_int_equal(judge(&m), VERDICT_VALID);
	assert_int_equal(m.row.cpu_ns, 1040 * MS);
	assert_string_equal(m.row.cpu_by, "rusage");
	m.result.cpu_user_ns++;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason,
		"used 1040.000 ms of CPU time, but 1000.000 ms in its control "
		"group: it left that");
	/* What nobody waited for is in the cgroup's account alone. */
	m.result.quota.cpu_ns = 1200 * MS;
	assert_int_equal(judge(&m), VERDICT_VALID);
	assert_int_equal(m.row.cpu_ns, 1200 * MS);
	assert_string_equal(m.row.cpu_by, "cgroup");
}

static void what_failed_is_named_with_its_place(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.result.end = TRIAL_FAILED;
	m.result.error = -ENOMEM;
	m.result.phase = TRIAL_SETUP;
	assert_int_equal(judge(&m), VERDICT_FAILED);
	assert_string_equal(
		m.row.reason, "setup failed: Cannot allocate memory");
	m.result.phase = TRIAL_DONE;
	m.result.error = -EAGAIN;
	m.result.threads_created = 5;
	m.result.processes_created = 0;
	judge(&m);
	assert_says(m.row.reason,
		"download_many failed: 5 threads and 0 processes were created for a "
		"concurrency of 2, then: Resource temporarily unavailable; limits: "
		"ulimit -u, pids.max of the cgroup, OMP_THREAD_LIMIT");
	m.result.threads_created = m.result.processes_created = UINT64_MAX;
	judge(&m);
	assert_says(m.row.reason,
		"download_many failed: Resource temporarily unavailable; "
		"limits: ");
}

static void what_crashed_is_named_with_its_place(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.result.end = TRIAL_CRASHED;
	m.result.phase = TRIAL_RUNNING;
	m.result.signal = SIGSEGV;
	assert_int_equal(judge(&m), VERDICT_CRASHED);
	assert_string_equal(m.row.reason, "died of SIGSEGV in download_many");
	m.result.signal = SIGRTMIN;
	assert_int_equal(judge(&m), VERDICT_CRASHED);
	assert_says(m.row.reason, "died of signal ");
	m.result.signal = 0;
	m.result.exit_status = 3;
	m.result.phase = TRIAL_TEARDOWN;
	judge(&m);
	assert_string_equal(m.row.reason, "exited with status 3 in teardown");
}

static void a_quota_explains_a_crash_and_a_failure(void **state)
{
	static const struct quota quota = {
		.limits = {.pids = 5, .memory_bytes = 4096}};
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.quota = &quota;
	m.result.end = TRIAL_CRASHED;
	m.result.exit_status = 3;
	m.result.phase = TRIAL_TEARDOWN;
	m.result.quota.oom_kills = 2;
	judge(&m);
	assert_string_equal(m.row.reason,
		"exited with status 3 in teardown; out of memory: the kernel "
		"killed 2 of its processes at --memory 4096");
	m.result.quota.oom_kills = 0;
	m.result.quota.refused = 1;
	m.result.end = TRIAL_FAILED;
	m.result.error = -EAGAIN;
	judge(&m);
	assert_says(m.row.reason,
		"download_many failed: 9 threads and 10 processes were created for a "
		"concurrency of 2, then: Resource temporarily unavailable; "
		"--pids 5 refused 1 thread or process");
}

static void what_was_killed_is_named_with_its_place(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.result.end = TRIAL_TIMEOUT;
	m.result.phase = TRIAL_READY;
	assert_int_equal(judge(&m), VERDICT_TIMEOUT);
	assert_string_equal(m.row.reason,
		"killed after 25.0 s between setup and download_many");
	assert_int_equal(m.row.setup_ns, 3 * MS);
	assert_int_equal(m.row.teardown_ns, FR_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_accounts_that_agree_are_valid),
		cmocka_unit_test(a_process_left_behind_is_invalid),
		cmocka_unit_test(
			more_cpu_time_than_the_quota_allows_is_invalid),
		cmocka_unit_test(cpu_time_outside_of_its_cgroup_is_invalid),
		cmocka_unit_test(an_item_never_performed_is_invalid_and_named),
		cmocka_unit_test(an_outcome_nobody_knows_is_invalid),
		cmocka_unit_test(
			a_request_of_a_strategy_without_network_is_invalid),
		cmocka_unit_test(a_witness_that_dropped_rows_is_invalid),
		cmocka_unit_test(an_item_of_no_job_is_invalid),
		cmocka_unit_test(an_item_fetched_twice_is_invalid),
		cmocka_unit_test(an_item_sent_again_is_valid),
		cmocka_unit_test(
			an_item_sent_more_often_than_counted_is_invalid),
		cmocka_unit_test(
			an_item_asked_for_again_after_its_answer_is_invalid),
		cmocka_unit_test(an_item_the_server_never_saw_is_invalid),
		cmocka_unit_test(another_body_than_was_sent_is_invalid),
		cmocka_unit_test(more_in_flight_than_allowed_is_invalid),
		cmocka_unit_test(a_worker_beyond_the_concurrency_is_invalid),
		cmocka_unit_test(another_url_than_the_items_is_invalid),
		cmocka_unit_test(an_item_without_a_connection_is_data),
		cmocka_unit_test(requests_that_fail_are_data),
		cmocka_unit_test(the_first_reason_is_the_most_telling),
		cmocka_unit_test(the_note_on_a_program_explains_the_reason),
		cmocka_unit_test(what_failed_is_named_with_its_place),
		cmocka_unit_test(what_crashed_is_named_with_its_place),
		cmocka_unit_test(a_quota_explains_a_crash_and_a_failure),
		cmocka_unit_test(what_was_killed_is_named_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
