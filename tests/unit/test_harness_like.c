/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which settings a measured server makes. cli/advise.bats measures one. */
#include "test_harness.h"

#include "harness/race/like.h"

static const struct like steady = {
	.least_ns = 50000000,
	.wait_ns = 52340000,
	.most_ns = 55000000,
	.connect_ns = 20000000,
	.bytes = 1843,
};

static void a_steady_server_has_a_constant_latency(void **state)
{
	struct like_settings settings;

	(void)state;
	like_settle(&settings, &steady, false);
	assert_string_equal(settings.latency, "52.3ms");
	assert_string_equal(settings.payload, "1843");
	assert_string_equal(settings.link, "");
	assert_string_equal(settings.tls, "");
}

static void a_round_trip_is_that_of_a_link_if_there_can_be_one(void **state)
{
	struct like near = steady;
	struct like_settings settings;

	(void)state;
	like_settle(&settings, &steady, true);
	assert_string_equal(settings.latency, "32.3ms");
	assert_string_equal(settings.link, "rtt=20.0ms");
	near.connect_ns = 70000;
	like_settle(&settings, &near, true);
	assert_string_equal(settings.latency, "52.3ms");
	assert_string_equal(settings.link, "");
}

static void a_server_that_varies_has_a_random_latency(void **state)
{
	struct like varied = steady;
	struct like_settings settings;

	(void)state;
	varied.least_ns = 900000;
	varied.most_ns = 155000000;
	like_settle(&settings, &varied, false);
	assert_string_equal(settings.latency, "uniform:0.900ms,155ms");
}

static void bodies_and_https_are_what_the_mock_server_can_do(void **state)
{
	struct like other = steady;
	struct like_settings settings;

	(void)state;
	other.secure = true;
	other.bytes = 3;
	like_settle(&settings, &other, false);
	assert_string_equal(settings.payload, "100");
	assert_string_equal(settings.tls, "full");
	other.bytes = 20000000;
	like_settle(&settings, &other, false);
	assert_string_equal(settings.payload, "10000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_steady_server_has_a_constant_latency),
		cmocka_unit_test(
			a_round_trip_is_that_of_a_link_if_there_can_be_one),
		cmocka_unit_test(a_server_that_varies_has_a_random_latency),
		cmocka_unit_test(
			bodies_and_https_are_what_the_mock_server_can_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
