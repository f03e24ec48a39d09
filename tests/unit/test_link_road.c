/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One direction, between sockets that stand for its devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "link/road.h"

static const uint64_t MS = 1000000;
static const struct road_wait no_wait;

/* The other ends of the road's devices. */
struct ends {
	int sender, receiver;
};

static void open_road(struct road *road, struct ends *ends)
{
	const struct link_spec none = {0};
	int from[2], to[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, from), 0);
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, to), 0);
	*ends = (struct ends){.sender = from[0], .receiver = to[1]};
	assert_int_equal(road_init(road, LINK_UP, from[1], to[0]), 0);
	road_reset(road, &none, 1);
}

static void close_road(struct road *road, const struct ends *ends)
{
	(void)close(ends->sender);
	(void)close(ends->receiver);
	(void)close(road->from);
	(void)close(road->to);
	road_release(road);
}

/* A packet of IPv4, or of another version, without anything in it. */
static void send_packet(const struct ends *ends, unsigned char version)
{
	const unsigned char packet[20] = {(unsigned char)(version << 4 | 5)};

	assert_int_equal(
		send(ends->sender, packet, sizeof(packet), 0), sizeof(packet));
}

static void a_wait_before_reading_is_lateness(void **state)
{
	const struct road_wait late = {.more_ns = 7 * MS};
	struct link_counts counts;
	struct road road;
	struct ends ends;

	(void)state;
	open_road(&road, &ends);
	send_packet(&ends, 4);
	assert_int_equal(road_take_in(&road, &late), 0);
	road_hand_on(&road);
	counts = account_read(&road.account);
	assert_int_equal(counts.packets, 1);
	assert_int_equal(counts.bytes, 20);
	assert_int_equal(counts.late, 1);
	assert_true(counts.late_max_ns >= 7 * MS);
	close_road(&road, &ends);
}

static void a_usual_wait_is_a_part_of_the_delay(void **state)
{
	const uint64_t hour_ns = 3600000 * MS;
	const struct link_spec spec = {.way[LINK_UP].delay_ns = hour_ns};
	const struct road_wait usual = {.usual_ns = hour_ns};
	struct link_counts counts;
	struct road road;
	struct ends ends;

	(void)state;
	open_road(&road, &ends);
	road_reset(&road, &spec, 1);
	send_packet(&ends, 4);
	assert_int_equal(road_take_in(&road, &usual), 0);
	road_hand_on(&road);
	counts = account_read(&road.account);
	assert_int_equal(counts.packets, 1);
	assert_true(counts.late_max_ns < hour_ns);
	close_road(&road, &ends);
}

static void a_packet_may_be_a_little_early(void **state)
{
	struct link_spec spec = {.way[LINK_UP].delay_ns = 3600000 * MS};
	struct link_counts counts;
	struct road road;
	struct ends ends;

	(void)state;
	open_road(&road, &ends);
	road_reset(&road, &spec, 1);
	send_packet(&ends, 4);
	assert_int_equal(road_take_in(&road, &no_wait), 0);
	road_hand_on(&road);
	assert_int_equal(account_read(&road.account).packets, 0);
	spec.way[LINK_UP].delay_ns = ROAD_EARLY_NS;
	road_reset(&road, &spec, 1);
	send_packet(&ends, 4);
	assert_int_equal(road_take_in(&road, &no_wait), 0);
	road_hand_on(&road);
	counts = account_read(&road.account);
	assert_int_equal(counts.packets, 1);
	assert_int_equal(road_due_ns(&road), UINT64_MAX);
	close_road(&road, &ends);
}

static void only_ipv4_is_carried(void **state)
{
	unsigned char packet[64];
	struct road road;
	struct ends ends;

	(void)state;
	open_road(&road, &ends);
	send_packet(&ends, 6);
	send_packet(&ends, 0);
	assert_int_equal(send(ends.sender, "E", 1, 0), 1);
	send_packet(&ends, 4);
	assert_int_equal(road_take_in(&road, &no_wait), 0);
	road_hand_on(&road);
	assert_int_equal(account_read(&road.account).packets, 1);
	assert_int_equal(recv(ends.receiver, packet, sizeof(packet), 0), 20);
	assert_int_equal(recv(ends.receiver, packet, sizeof(packet), 0), -1);
	close_road(&road, &ends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_before_reading_is_lateness),
		cmocka_unit_test(a_usual_wait_is_a_part_of_the_delay),
		cmocka_unit_test(a_packet_may_be_a_little_early),
		cmocka_unit_test(only_ipv4_is_carried),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
