/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The setting `retry`: what it says, which failures it means, and the waits. */
#include "test_harness.h"

#include <curl/curl.h>
#include <errno.h>

#include <flagrace/client.h>

#include "harness/client/retry.h"

#define MS UINT64_C(1000000)

static struct retry_spec parsed(const char *text)
{
	struct retry_spec spec;
	struct fr_error err;

	if (retry_parse(&spec, text, "--retry", &err) < 0)
		fail_msg("%s", err.text);
	return spec;
}

static void none_means_no_tries(void **state)
{
	struct retry_spec spec = parsed("");

	(void)state;
	assert_int_equal(spec.most, 0);
}

static void a_number_alone_has_the_usual_waits_and_failures(void **state)
{
	struct retry_spec spec = parsed("3");

	(void)state;
	assert_int_equal(spec.most, 3);
	assert_int_equal(spec.from_ns, 100 * MS);
	assert_int_equal(spec.to_ns, 10000 * MS);
	assert_int_equal(spec.after_ns, 10000 * MS);
	assert_true(spec.reset);
	assert_true(spec.timeout);
	assert_true(retry_has_status(&spec, 429));
	assert_true(retry_has_status(&spec, 500));
	assert_true(retry_has_status(&spec, 599));
	assert_false(retry_has_status(&spec, 404));
	assert_false(retry_has_status(&spec, 200));
	assert_false(retry_has_status(&spec, 600));
}

static void each_part_may_be_said(void **state)
{
	struct retry_spec spec =
		parsed("100,on=404+reset,after=1.5s,backoff=250us..250us");

	(void)state;
	assert_int_equal(spec.most, 100);
	assert_int_equal(spec.from_ns, MS / 4);
	assert_int_equal(spec.to_ns, MS / 4);
	assert_int_equal(spec.after_ns, 1500 * MS);
	assert_true(spec.reset);
	assert_false(spec.timeout);
	assert_true(retry_has_status(&spec, 404));
	assert_false(retry_has_status(&spec, 503));
}

static void an_error_says_what_would_be_right(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"0", "from 1 to 100, as in 3,backoff=100ms..10s"},
		{"101", "from 1 to 100"},
		{"-1", "must be none, or begin with the number of tries"},
		{"often", "must be none, or begin"},
		{",on=429", "must be none, or begin"},
		{"3,", "none of backoff=, on= and after="},
		{"3,delay=1s",
			"'delay=1s' is none of backoff=, on= and after="},
		{"3,backoff=1s", "must have two bounds, as in backoff=100ms"},
		{"3,backoff=1..2s", "backoff '1': must be a time from 0ns to"},
		{"3,backoff=1s..2h", "backoff '2h': must be a time from 0ns"},
		{"3,backoff=2s..1s", "must not be above the second"},
		{"3,on=", "on: '' is neither a status"},
		{"3,on=429+", "on: '' is neither a status"},
		{"3,on=4xx", "'4xx' is neither a status from 400 to 599"},
		{"3,on=200", "'200' is neither"},
		{"3,on=crash", "nor 5xx, reset or timeout; join several by +"},
		{"3,after=soon", "after 'soon': must be a time"},
		{"3,on=429,on=503", "'on=503': on= is there already"},
		{"3,backoff=1s..2s,backoff=1s..2s",
			"backoff= is there already"},
		{"3,after=1s,after=1s", "after= is there already"},
		{"3,on=400+401+402+403+404+405+406+407+408+409+410+411+412+413"
		 "+414+415+416",
			"is too long"},
	};
	struct retry_spec spec;
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			retry_parse(&spec, cases[i].text, "--retry", &err), -1);
		if (!strstr(err.text, cases[i].words) ||
			strncmp(err.text, "--retry", 7) != 0)
			fail_msg("%s: %s", cases[i].text, err.text);
		assert_int_equal(spec.most, 0);
	}
}

static bool applies(
	const char *spec, uint8_t status, uint16_t http_status, int error)
{
	struct retry_spec parsed_spec = parsed(spec);
	struct fr_sample sample = {
		.status = status, .http_status = http_status, .error = error};

	return retry_applies(&parsed_spec, &sample);
}

static void only_the_failures_of_the_list_are_tried_again(void **state)
{
	static const int connection[] = {-ECONNREFUSED, -ECONNRESET, -EPIPE,
		CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2_STREAM};
	static const int other[] = {-EMFILE, -EADDRNOTAVAIL,
		CURLE_WEIRD_SERVER_REPLY, CURLE_OUT_OF_MEMORY,
		CURLE_FILESIZE_EXCEEDED, CURLE_COULDNT_RESOLVE_HOST};

	(void)state;
	assert_true(applies("1", FR_HTTP_ERROR, 429, 0));
	assert_false(applies("1", FR_HTTP_ERROR, 404, 0));
	assert_false(applies("1,on=429", FR_HTTP_ERROR, 503, 0));
	assert_true(applies("1", FR_TIMEOUT, 0, CURLE_OPERATION_TIMEDOUT));
	assert_true(applies("1", FR_NET_ERROR, 0, -ETIMEDOUT));
	assert_false(applies("1,on=reset", FR_TIMEOUT, 0, 28));
	assert_false(applies("1,on=reset", FR_NET_ERROR, 0, -ETIMEDOUT));
	assert_false(applies("1", FR_OK, 200, 0));
	assert_false(applies("1", FR_CANCELLED, 0, 0));
	for (size_t i = 0; i < sizeof(connection) / sizeof(*connection); i++) {
		assert_true(applies("1", FR_NET_ERROR, 0, connection[i]));
		assert_false(
			applies("1,on=5xx", FR_NET_ERROR, 0, connection[i]));
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		assert_false(applies("1", FR_NET_ERROR, 0, other[i]));
}

/* Their bounds double; they are uniform between, so the mean is the middle. */
static void the_waits_have_full_jitter(void **state)
{
	enum { ITEMS = 10000 };
	static const uint64_t bounds[] = {100, 200, 400, 500, 500};
	struct fr_retry retry = {
		.spec = parsed("5,backoff=100ms..500ms"), .seed = 7};

	(void)state;
	for (unsigned k = 1; k <= 5; k++) {
		uint64_t bound = bounds[k - 1] * MS, sum = 0, most = 0;

		assert_int_equal(retry_longest_ns(&retry.spec, k), bound);
		for (size_t i = 0; i < ITEMS; i++) {
			uint64_t wait = retry_backoff_ns(&retry, i, k);

			sum += wait;
			most = wait > most ? wait : most;
		}
		assert_in_range(most, bound * 99 / 100, bound - 1);
		assert_in_range(
			sum / ITEMS, bound * 48 / 100, bound * 52 / 100);
	}
}

static void the_waits_depend_on_seed_item_and_try_alone(void **state)
{
	struct fr_retry a = {.spec = parsed("5,backoff=1s..1s"), .seed = 1};
	struct fr_retry b = {.spec = a.spec, .seed = 2};
	uint64_t wait = retry_backoff_ns(&a, 3, 1);

	(void)state;
	assert_int_equal(retry_backoff_ns(&a, 3, 1), wait);
	assert_int_not_equal(retry_backoff_ns(&a, 3, 2), wait);
	assert_int_not_equal(retry_backoff_ns(&a, 4, 1), wait);
	assert_int_not_equal(retry_backoff_ns(&b, 3, 1), wait);
}

static void a_server_can_lengthen_a_wait_up_to_the_limit(void **state)
{
	struct fr_retry retry = {.spec = parsed("1,after=5s"), .seed = 1};
	uint64_t drawn = retry_backoff_ns(&retry, 0, 1);

	(void)state;
	assert_int_equal(retry_wait_ns(&retry, 0, 1, 0), drawn);
	assert_int_equal(retry_wait_ns(&retry, 0, 1, 2), 2000 * MS);
	assert_int_equal(retry_wait_ns(&retry, 0, 1, 5), 5000 * MS);
	assert_int_equal(retry_wait_ns(&retry, 0, 1, UINT32_MAX), 5000 * MS);
	retry.spec.after_ns = 0;
	assert_int_equal(retry_wait_ns(&retry, 0, 1, 9), drawn);
}

static void the_first_due_is_tried_first(void **state)
{
	enum { ITEMS = 6 };
	static const uint64_t due_ns[ITEMS] = {5, 3, UINT64_MAX, 1, 4, 2};
	static const size_t order[] = {3, 5, 1, 4, 0};
	struct fr_sample samples[ITEMS] = {0};
	struct fr_retry retry = {.spec = parsed("1")};
	struct fr_job job = {.n = ITEMS, .samples = samples, .retry = &retry};
	struct fr_retries *retries;
	size_t item;

	(void)state;
	assert_int_equal(fr_retries_open(&retries, &job), 0);
	assert_false(fr_retries_take(retries, &item));
	for (size_t i = 0; i < ITEMS; i++) {
		samples[i].due_ns = due_ns[i];
		fr_retries_put(retries, i);
	}
	assert_int_equal(fr_retries_due_in_ns(retries), 0);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		assert_true(fr_retries_take(retries, &item));
		assert_int_equal(item, order[i]);
	}
	assert_false(fr_retries_take(retries, &item));
	assert_true(fr_retries_due_in_ns(retries) > 0);
	fr_retries_close(retries);
}

static void without_the_setting_there_is_no_queue(void **state)
{
	struct fr_job job = {.n = 1};
	struct fr_retries *retries;
	size_t item;

	(void)state;
	assert_int_equal(fr_retries_open(&retries, &job), 0);
	assert_null(retries);
	assert_false(fr_retries_take(retries, &item));
	assert_true(fr_retries_due_in_ns(retries) == UINT64_MAX);
	fr_retries_close(retries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_means_no_tries),
		cmocka_unit_test(
			a_number_alone_has_the_usual_waits_and_failures),
		cmocka_unit_test(each_part_may_be_said),
		cmocka_unit_test(an_error_says_what_would_be_right),
		cmocka_unit_test(only_the_failures_of_the_list_are_tried_again),
		cmocka_unit_test(the_waits_have_full_jitter),
		cmocka_unit_test(the_waits_depend_on_seed_item_and_try_alone),
		cmocka_unit_test(a_server_can_lengthen_a_wait_up_to_the_limit),
		cmocka_unit_test(the_first_due_is_tried_first),
		cmocka_unit_test(without_the_setting_there_is_no_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
