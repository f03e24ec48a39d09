/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rate limit: a token bucket that neither drifts nor overflows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "mock_server/limit.h"

#define S UINT64_C(1000000000)

static struct limit parsed(const char *text)
{
	struct limit limit;
	struct mock_error err = {""};

	assert_int_equal(limit_parse(&limit, text, &err), 0);
	assert_string_equal(limit.text, text);
	return limit;
}

static void a_limit_is_a_rate_and_a_burst(void **state)
{
	static const struct {
		const char *text;
		uint64_t rate, burst;
	} cases[] = {
		{"none", 0, 0},
		{"200/s", 200000, 200},
		{"200/s,burst=20", 200000, 20},
		{"200/s, burst=1", 200000, 1},
		{"0.001/s", 1, 1},
		{"2.5/s", 2500, 3},
		{"33.333/s", 33333, 34},
		{"1000000/s,burst=1000000", 1000000000, 1000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct limit limit = parsed(cases[i].text);

		assert_int_equal(limit.rate, cases[i].rate);
		assert_int_equal(limit.burst, cases[i].burst);
	}
}

static void what_is_no_limit_is_told(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"200", "column 4: the unit /s must follow"},
		{"200/min", "column 4: the unit /s must follow"},
		{"0/s", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"-1/s", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"0.0001/s", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"3.3333/s", "at most three decimals"},
		{"1000001/s", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"1e9/s", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"fast", "column 1: a rate is from 0.001/s to 1000000/s"},
		{"9/s,", "column 5: 'burst=' must follow"},
		{"9/s,20", "column 5: 'burst=' must follow"},
		{"9/s,burst=x", "column 11: a burst is a whole number from 1"},
		{"9/s,burst=0", "column 11: a burst is a whole number from 1"},
		{"9/s,burst=1.5", "column 11: a burst is a whole number"},
		{"9/s,burst=1000001", "column 11: "},
		{"9/s,burst=2,", "column 12: ',' is unexpected"},
		{"none,burst=2", "column 5: ',burst=2' is unexpected"},
		{"1000000/s,                                              burst=10",
			"column 64"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct limit limit = {.rate = 7};
		struct mock_error err = {""};

		assert_int_equal(
			limit_parse(&limit, cases[i].text, &err), -EINVAL);
		assert_int_equal(limit.rate, 7);
		assert_non_null(strstr(err.text, cases[i].says));
	}
}

/* Tokens taken from an unlimited rush of requests at one instant. */
static unsigned rush(
	struct bucket *bucket, const struct limit *limit, uint64_t now_ns)
{
	unsigned taken = 0;

	while (!bucket_take(bucket, limit, now_ns))
		taken++;
	return taken;
}

static void without_a_limit_there_is_always_a_token(void **state)
{
	struct limit limit = parsed("none");
	struct bucket bucket;

	(void)state;
	bucket_fill(&bucket, &limit);
	for (int i = 0; i < 100; i++)
		assert_int_equal(bucket_take(&bucket, &limit, 5), 0);
}

static void a_full_bucket_has_the_burst(void **state)
{
	struct limit limit = parsed("200/s,burst=20");
	struct bucket bucket;

	(void)state;
	bucket_fill(&bucket, &limit);
	assert_int_equal(rush(&bucket, &limit, 7 * S), 20);
	/* However long nobody asks. */
	assert_int_equal(rush(&bucket, &limit, 3600 * S), 20);
}

static void a_token_comes_back_to_the_nanosecond(void **state)
{
	struct limit limit = parsed("200/s,burst=2");
	struct bucket bucket;

	(void)state;
	bucket_fill(&bucket, &limit);
	assert_int_equal(rush(&bucket, &limit, S), 2);
	assert_int_equal(bucket_take(&bucket, &limit, S), 5000000);
	assert_int_equal(bucket_take(&bucket, &limit, S + 1000000), 4000000);
	assert_int_equal(bucket_take(&bucket, &limit, S + 4999999), 1);
	assert_int_equal(bucket_take(&bucket, &limit, S + 5000000), 0);
	assert_int_equal(bucket_take(&bucket, &limit, S + 5000000), 5000000);
	/* What a refused request asked is not lost: it came at 5 ms. */
	assert_int_equal(bucket_take(&bucket, &limit, S + 10000000), 0);
}

/* 3 tokens a second do not have a whole number of ns between them. */
static void a_rate_does_not_drift(void **state)
{
	struct limit limit = parsed("3/s,burst=2");
	const uint64_t wanted = 3000000;
	struct bucket bucket;
	uint64_t now_ns = S, taken = 0;

	(void)state;
	bucket_fill(&bucket, &limit);
	/* Each waits exactly as long as it is told. */
	for (; taken < wanted; taken++) {
		uint64_t wait_ns;

		while ((wait_ns = bucket_take(&bucket, &limit, now_ns)))
			now_ns += wait_ns;
	}
	/* Two tokens were there at first; the rest take 1/3 s each. */
	assert_int_equal(now_ns - S, ((wanted - 2) * S + 2) / 3);
}

/* Stamps of several loops do not come in order. */
static void an_earlier_time_adds_nothing(void **state)
{
	struct limit limit = parsed("10/s,burst=1");
	struct bucket bucket;

	(void)state;
	bucket_fill(&bucket, &limit);
	assert_int_equal(bucket_take(&bucket, &limit, 9 * S), 0);
	assert_int_equal(bucket_take(&bucket, &limit, 8 * S), S / 10);
	assert_int_equal(bucket_take(&bucket, &limit, 9 * S + S / 10), 0);
}

static void long_times_and_large_rates_do_not_overflow(void **state)
{
	struct limit most = parsed("1000000/s,burst=1000000");
	struct limit least = parsed("0.001/s,burst=1000000");
	struct bucket bucket;

	(void)state;
	bucket_fill(&bucket, &most);
	assert_int_equal(rush(&bucket, &most, 1), 1000000);
	assert_int_equal(rush(&bucket, &most, UINT64_MAX), 1000000);
	assert_int_equal(bucket_take(&bucket, &most, UINT64_MAX), 1000);
	bucket_fill(&bucket, &least);
	assert_int_equal(rush(&bucket, &least, 1), 1000000);
	assert_int_equal(rush(&bucket, &least, 1 + 2500 * S), 2);
	assert_int_equal(bucket_take(&bucket, &least, 1 + 2500 * S), 500 * S);
	assert_int_equal(rush(&bucket, &least, UINT64_MAX), 1000000);
}

static void a_limit_takes_its_time(void **state)
{
	static const struct {
		const char *text;
		uint64_t requests, least_ns;
	} cases[] = {
		{"none", 1000, 0},
		{"100/s,burst=10", 10, 0},
		{"100/s,burst=10", 11, 10000000},
		{"100/s,burst=10", 110, S},
		{"3/s,burst=1", 2, 333333333},
	};
	struct mock_error err = {""};
	uint64_t least_ns = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(mock_limit_least_ns(&least_ns, cases[i].text,
					 cases[i].requests, &err),
			0);
		assert_int_equal(least_ns, cases[i].least_ns);
	}
	assert_int_equal(mock_limit_least_ns(&least_ns, "x", 1, &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_is_a_rate_and_a_burst),
		cmocka_unit_test(what_is_no_limit_is_told),
		cmocka_unit_test(without_a_limit_there_is_always_a_token),
		cmocka_unit_test(a_full_bucket_has_the_burst),
		cmocka_unit_test(a_token_comes_back_to_the_nanosecond),
		cmocka_unit_test(a_rate_does_not_drift),
		cmocka_unit_test(an_earlier_time_adds_nothing),
		cmocka_unit_test(long_times_and_large_rates_do_not_overflow),
		cmocka_unit_test(a_limit_takes_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
