/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two accounts of tries: on what they have to agree, and the ideal. */
#include "test_harness_account.h"

#include "harness/client/retry.h"

/* Item 3 fails with a 503 at its first try, and its second is one more row. */
struct retried {
	struct made_up m;
	struct fr_retry retry;
	struct fr_sample *sample;
	struct witness_row *first, *second;
};

static void make_retried(struct retried *r, const char *policy)
{
	struct made_up *m = &r->m;
	struct fr_error err;

	make_up(m);
	r->retry = (struct fr_retry){.seed = 1};
	if (retry_parse(&r->retry.spec, policy, "retry", &err) < 0)
		fail_msg("%s", err.text);
	m->spec.retry = &r->retry;
	r->sample = &m->samples[3];
	r->first = &m->rows[3];
	r->second = &m->rows[4];
	*r->second = *r->first;
	r->first->status = 503;
	r->second->attempt = 2;
	r->second->arrival_ns += 52 * MS;
	r->second->first_in_ns += 52 * MS;
	r->second->sent_ns += 52 * MS;
	r->second->done_ns += 52 * MS;
	r->sample->attempts = 2;
	r->sample->retries = 1;
	r->sample->due_ns = r->sample->end_ns;
	r->sample->tried_ns = r->sample->end_ns;
	r->sample->end_ns += 52 * MS;
	m->witness.count = N + 1;
	m->result.t1_ns += 52 * MS;
	m->result.exit_ns += 52 * MS;
}

#define AT_ONCE "1,backoff=0s..0s,on=503+reset+timeout,after=2s"

static void accounts_that_agree_are_valid(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	assert_valid(&r.m);
	assert_int_equal(r.m.row.retries, 1);
	assert_int_equal(r.m.row.retry_wait_ns, 0);
}

/* Two rounds of 50 ms, and 50 ms more for the second try. */
static void the_ideal_has_all_tries_and_their_waits(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	assert_valid(&r.m);
	assert_int_equal(r.m.row.ideal_ns, 150 * MS);
	/* A wait that the server asked for. */
	r.first->retry_after_s = 1;
	r.second->arrival_ns += 1000 * MS;
	r.second->first_in_ns += 1000 * MS;
	r.second->sent_ns += 1000 * MS;
	r.second->done_ns += 1000 * MS;
	r.sample->retry_wait_ns = 1000 * MS;
	r.sample->due_ns += 1000 * MS;
	r.sample->tried_ns += 1000 * MS;
	r.sample->end_ns += 1000 * MS;
	r.m.result.t1_ns += 1000 * MS;
	r.m.result.exit_ns += 1000 * MS;
	assert_valid(&r.m);
	assert_int_equal(r.m.row.ideal_ns, 1150 * MS);
	assert_string_equal(r.m.row.bound_by, "retries");
	assert_int_equal(r.m.row.retry_wait_ns, 1000 * MS);
	assert_true(r.m.row.mean_in_flight < 1);
}

static void a_try_that_is_not_counted_is_invalid(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	r.sample->retries = 0;
	assert_invalid(&r.m,
		"item 3 was requested as attempt 2, but its sample counts 1 "
		"try: tried again without counting");
}

static void more_tries_than_allowed_are_invalid(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	r.sample->retries = 2;
	assert_invalid(&r.m, "item 3 was tried 3 times; 2 allowed");
	make_retried(&r, AT_ONCE);
	r.m.spec.retry = NULL;
	assert_invalid(&r.m, "item 3 was tried 2 times; 1 allowed");
}

static void a_try_after_another_failure_is_invalid(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	r.first->status = 404;
	assert_invalid(&r.m,
		"item 3 was tried again after an answer with status 404, which "
		"is not among the failures to try again after");
}

static void a_try_before_its_time_is_invalid(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	r.first->retry_after_s = 9;
	assert_invalid(&r.m,
		"item 3 was tried again 1998.000 ms early, although the "
		"server's Retry-After asked for a wait of 2000.000 ms");
	/* The timeout is over before that, but not before the try. */
	make_retried(&r, AT_ONCE);
	r.m.spec.http.timeout_ms = 1000;
	r.first->retry_after_s = 9;
	assert_invalid(&r.m,
		"item 3 was tried again 947.000 ms early, although the "
		"server's Retry-After asked for a wait of 2000.000 ms");
	make_retried(&r, "1,backoff=1s..1s,on=503");
	judge(&r.m);
	assert_non_null(strstr(r.m.row.reason, "the backoff asked for"));
	/* A reset says nothing of the time at which it was noticed. */
	make_retried(&r, "1,backoff=1s..1s,on=reset");
	r.first->bytes = r.first->sent_ns = r.first->done_ns = UINT64_MAX;
	r.first->gone_ns = r.sample->due_ns;
	judge(&r.m);
	assert_non_null(strstr(r.m.row.reason, "item 3 "));
	assert_non_null(strstr(r.m.row.reason, "the backoff asked for"));
}

/* Its answer was on the way when its timeout was over. */
static void a_late_answer_is_not_the_end_of_a_try(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, "1,backoff=0s..0s,on=timeout");
	r.m.spec.http.timeout_ms = 52;
	r.first->status = 200;
	assert_valid(&r.m);
	r.m.spec.http.timeout_ms = 60;
	assert_invalid(&r.m,
		"item 3 was tried again after an answer with status 200, which "
		"is not among the failures to try again after");
}

/* As make_retried, with a third try after the second one. */
static void make_thrice(struct retried *r, const char *policy)
{
	struct witness_row *third;

	make_retried(r, policy);
	third = &r->m.rows[N + 1];
	*third = *r->second;
	third->attempt = 3;
	third->arrival_ns += 52 * MS;
	third->first_in_ns += 52 * MS;
	third->sent_ns += 52 * MS;
	third->done_ns += 52 * MS;
	r->sample->attempts = 3;
	r->sample->retries = 2;
	r->sample->tried_ns += 52 * MS;
	r->sample->due_ns += 52 * MS;
	r->sample->end_ns += 52 * MS;
	r->m.witness.count = N + 2;
	r->m.result.t1_ns += 52 * MS;
	r->m.result.exit_ns += 52 * MS;
}

/*
 * Two items are requested as soon as the first try of item 3 is given up, before
 * its second one, while the server still holds the first.
 */
static void a_try_that_timed_out_is_no_longer_in_flight(void **state)
{
	struct retried r;
	uint64_t start_ns;

	(void)state;
	make_thrice(&r, "2,backoff=0s..0s,on=timeout");
	r.m.spec.http.timeout_ms = 40;
	start_ns = r.sample->start_ns;
	r.first->arrival_ns = start_ns + 5 * MS;
	r.first->sent_ns = r.first->done_ns = r.first->bytes = UINT64_MAX;
	r.first->gone_ns = r.m.result.t1_ns;
	r.second->arrival_ns = start_ns + 46 * MS;
	for (size_t i = 1; i <= 2; i++) {
		r.m.rows[i].arrival_ns = start_ns + 41 * MS;
		r.m.rows[i].sent_ns = start_ns + 45 * MS;
	}
	judge(&r.m);
	assert_int_equal(r.m.row.peak_in_flight, 2);
}

/* Its timeout counts from its own start, not from that of the first try. */
static void a_second_try_has_a_timeout_of_its_own(void **state)
{
	struct retried r;

	(void)state;
	make_thrice(&r, "2,backoff=0s..0s,on=503+timeout");
	r.m.spec.http.timeout_ms = 52;
	assert_valid(&r.m);
	r.m.spec.http.timeout_ms = 60;
	assert_invalid(&r.m,
		"item 3 was tried again after an answer with status 200, which "
		"is not among the failures to try again after");
}

static void tries_that_are_left_are_to_be_used(void **state)
{
	struct retried r;

	(void)state;
	make_retried(&r, AT_ONCE);
	r.second->status = r.sample->http_status = 503;
	r.sample->status = FR_HTTP_ERROR;
	assert_valid(&r.m);
	r.retry.spec.most = 3;
	assert_invalid(&r.m,
		"item 3 failed after 2 of 4 tries: it was to be tried again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_that_agree_are_valid),
		cmocka_unit_test(the_ideal_has_all_tries_and_their_waits),
		cmocka_unit_test(a_try_that_is_not_counted_is_invalid),
		cmocka_unit_test(more_tries_than_allowed_are_invalid),
		cmocka_unit_test(a_try_after_another_failure_is_invalid),
		cmocka_unit_test(a_try_before_its_time_is_invalid),
		cmocka_unit_test(a_late_answer_is_not_the_end_of_a_try),
		cmocka_unit_test(a_try_that_timed_out_is_no_longer_in_flight),
		cmocka_unit_test(a_second_try_has_a_timeout_of_its_own),
		cmocka_unit_test(tries_that_are_left_are_to_be_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
