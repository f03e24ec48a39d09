/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a job is shared among hosts, and how their clocks are compared. */
#include "test_harness.h"

#include <sys/resource.h>

#include "harness/hosts/clock_offset.h"
#include "harness/plan/share.h"
#include "harness/race/cell_limits.h"

/* Each item has one host and one index there, and a host its items in order. */
static void check_share(size_t n, unsigned concurrency, unsigned hosts)
{
	const struct share share = {n, concurrency, hosts};
	unsigned places = 0;
	size_t items = 0;

	for (unsigned h = 0; h < hosts; h++) {
		size_t its = share_items(&share, h), last = 0;

		for (size_t j = 0; j < its; j++) {
			size_t item = share_item(&share, h, j);

			assert_true(item < n);
			assert_true(j == 0 || item > last);
			assert_int_equal(share_host(&share, item), h);
			assert_int_equal(share_index(&share, item), j);
			last = item;
		}
		for (unsigned p = 0; p < share_places(&share, h); p++)
			assert_true(share_place(&share, h, p) < concurrency);
		places += share_places(&share, h);
		items += its;
	}
	assert_int_equal(items, n);
	assert_int_equal(places, concurrency);
}

static void each_item_belongs_to_one_host(void **state)
{
	(void)state;
	for (unsigned hosts = 1; hosts <= 5; hosts++)
		for (unsigned concurrency = hosts; concurrency < 13;
			concurrency++)
			for (size_t n = concurrency; n < 60; n++)
				check_share(n, concurrency, hosts);
}

static void items_are_in_proportion_to_places(void **state)
{
	const struct share share = {1000, 10, 4};

	(void)state;
	assert_int_equal(share_places(&share, 0), 3);
	assert_int_equal(share_places(&share, 3), 2);
	assert_int_equal(share_items(&share, 0), 300);
	assert_int_equal(share_items(&share, 3), 200);
}

/* Their clock is 1 s ahead; the second ping has the shortest round trip. */
static void hosts_without_a_place_take_no_part(void **state)
{
	struct cell cell = {.concurrency = 3, .workload.hosts = FR_UNKNOWN};

	(void)state;
	assert_int_equal(cell_limits_hosts(&cell, 0), 0);
	assert_int_equal(cell_limits_hosts(&cell, 2), 2);
	assert_int_equal(cell_limits_hosts(&cell, 8), 3);
	cell.workload.hosts = 1;
	assert_int_equal(cell_limits_hosts(&cell, 8), 1);
	assert_int_equal(cell_limits_hosts(&cell, 0), 0);
}

/* Each host and the server need descriptors for their own connections only. */
static void hosts_share_the_descriptors(void **state)
{
	static const struct fr_strategy strategy = {.name = "sockets"};
	struct rlimit files;
	struct cell cell = {.strategy = &strategy};
	struct fr_error err;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	if (files.rlim_max > UINT32_MAX / 2)
		skip();
	workload_init(&cell.workload);
	cell.workload.requests = 1;
	cell.concurrency = (unsigned)files.rlim_max;
	assert_int_equal(cell_limits_check(&cell, false, 0, &err), -1);
	assert_int_equal(cell_limits_check(&cell, false, 2, &err), 0);
	assert_int_equal(cell_limits_check(&cell, true, 2, &err), -1);
}

static void the_shortest_round_trip_counts(void **state)
{
	const uint64_t ahead_ns = 1000000000;
	const struct clock_ping pings[] = {
		{1000, ahead_ns + 1900, 2000},
		{5000, ahead_ns + 5060, 5100},
		{9000, ahead_ns + 9000, 9400},
	};
	struct clock_offset offset = clock_offset_of(pings, 3);

	(void)state;
	assert_int_equal(offset.offset_ns, (int64_t)ahead_ns + 10);
	assert_int_equal(offset.bound_ns, 50);
	assert_int_equal(clock_offset_to_ours(&offset, ahead_ns + 5060), 5050);
	assert_int_equal(clock_offset_to_ours(&offset, 0), 0);
}

static void a_clock_behind_has_a_negative_offset(void **state)
{
	const struct clock_ping ping = {7000, 2050, 7101};
	struct clock_offset offset = clock_offset_of(&ping, 1);

	(void)state;
	assert_int_equal(offset.offset_ns, -5000);
	assert_int_equal(offset.bound_ns, 51);
	assert_int_equal(clock_offset_to_ours(&offset, 2050), 7050);
}

static void the_bound_includes_the_drift(void **state)
{
	const struct clock_offset before = {1000, 40}, after = {1101, 60};
	struct clock_offset offset = clock_offset_between(&before, &after);

	(void)state;
	assert_int_equal(offset.offset_ns, 1050);
	/* From 1050 - 111 to 1050 + 111: both estimates with their bounds. */
	assert_int_equal(offset.bound_ns, 111);
	offset = clock_offset_between(&after, &before);
	assert_int_equal(offset.bound_ns, 111);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_belongs_to_one_host),
		cmocka_unit_test(items_are_in_proportion_to_places),
		cmocka_unit_test(hosts_without_a_place_take_no_part),
		cmocka_unit_test(hosts_share_the_descriptors),
		cmocka_unit_test(the_shortest_round_trip_counts),
		cmocka_unit_test(a_clock_behind_has_a_negative_offset),
		cmocka_unit_test(the_bound_includes_the_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
