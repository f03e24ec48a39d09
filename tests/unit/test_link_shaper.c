/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One direction of a link as arithmetic, in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "link/draw.h"
#include "link/shaper.h"

#define MS UINT64_C(1000000)
enum { PACKETS = 100000, CAPACITY = 1024 };

static struct shaper shaper_of(struct link_direction spec, uint64_t seed)
{
	struct shaper shaper;

	assert_int_equal(shaper_init(&shaper, LINK_DOWN, CAPACITY), 0);
	shaper_reset(&shaper, &spec, seed);
	return shaper;
}

/* Asserts that the packet passes. Returns when it is due. */
static uint64_t admitted(struct shaper *shaper, uint64_t now_ns, size_t bytes)
{
	uint64_t due_ns = 0;

	assert_int_equal(
		shaper_admit(shaper, now_ns, bytes, &due_ns), LINK_PASSES);
	return due_ns;
}

static void assert_full(struct shaper *shaper, uint64_t now_ns, size_t bytes)
{
	uint64_t due_ns;

	assert_int_equal(
		shaper_admit(shaper, now_ns, bytes, &due_ns), LINK_FULL);
}

static void nothing_asked_is_no_delay(void **state)
{
	struct shaper shaper = shaper_of((struct link_direction){0}, 1);

	(void)state;
	for (uint64_t now = 5; now < 500; now++)
		assert_int_equal(admitted(&shaper, now, 1500), now);
	shaper_release(&shaper);
}

static void delay_is_added(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.delay_ns = 20 * MS}, 1);

	(void)state;
	assert_int_equal(admitted(&shaper, 7, 1500), 20 * MS + 7);
	assert_int_equal(admitted(&shaper, 7, 40), 20 * MS + 7);
	assert_int_equal(admitted(&shaper, 9, 40), 20 * MS + 9);
	shaper_release(&shaper);
}

/* 1500 bytes at 12 Mbit/s take 1 ms. */
static void packets_occupy_the_link_in_turn(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.rate_bits = 12000000,
				  .delay_ns = 5 * MS,
				  .queue_packets = 100},
			1);

	(void)state;
	assert_int_equal(admitted(&shaper, 0, 1500), 6 * MS);
	assert_int_equal(admitted(&shaper, 0, 1500), 7 * MS);
	assert_int_equal(admitted(&shaper, 0, 150), 7 * MS + MS / 10);
	assert_int_equal(admitted(&shaper, 2 * MS, 1500), 8 * MS + MS / 10);
	/* The link has been idle. */
	assert_int_equal(admitted(&shaper, 20 * MS, 1500), 26 * MS);
	shaper_release(&shaper);
}

/* 3 bytes at 7 Gbit/s take 3.43 ns. */
static void the_rate_is_exact_over_many_packets(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.rate_bits = 7000000000}, 1);
	uint64_t due_ns = 0;

	(void)state;
	for (int i = 0; i < 700; i++)
		due_ns = admitted(&shaper, 0, 3);
	assert_int_equal(due_ns, 700 * 3 * 8 / 7);
	shaper_release(&shaper);
}

static void a_queue_of_packets_fills(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.rate_bits = 12000000,
				  .queue_packets = 3},
			1);

	(void)state;
	/* One is sent while three wait. */
	for (uint64_t i = 1; i <= 4; i++)
		assert_int_equal(admitted(&shaper, 0, 1500), i * MS);
	assert_full(&shaper, 0, 1500);
	assert_full(&shaper, MS - 1, 40);
	/* The second one is being sent: there is room for one. */
	assert_int_equal(admitted(&shaper, MS, 1500), 5 * MS);
	assert_full(&shaper, MS, 1500);
	shaper_release(&shaper);
}

static void a_queue_of_time_fills(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.rate_bits = 12000000,
				  .queue_ns = 2 * MS},
			1);

	(void)state;
	for (uint64_t i = 1; i <= 3; i++)
		assert_int_equal(admitted(&shaper, 0, 1500), i * MS);
	assert_full(&shaper, 0, 40);
	assert_full(&shaper, MS - 1, 40);
	assert_int_equal(admitted(&shaper, MS, 1500), 4 * MS);
	shaper_release(&shaper);
}

static void no_more_wait_than_there_is_memory_for(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.rate_bits = 1000,
				  .queue_packets = 1000000},
			1);

	(void)state;
	for (int i = 0; i < CAPACITY + 1; i++)
		(void)admitted(&shaper, 0, 1500);
	assert_full(&shaper, 0, 1500);
	shaper_release(&shaper);
}

/* Four standard deviations: one honest seed in 16000 falls outside. */
static void assert_binomial(uint64_t count, double share)
{
	double deviation = sqrt((double)PACKETS * share * (1 - share));

	assert_true(
		fabs((double)count - (double)PACKETS * share) < 4 * deviation);
}

static uint64_t count_lost(uint64_t seed, uint32_t loss_ppm)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.loss_ppm = loss_ppm}, seed);
	uint64_t lost = 0, due_ns;

	for (uint64_t i = 0; i < PACKETS; i++)
		lost += shaper_admit(&shaper, i, 100, &due_ns) == LINK_LOST;
	shaper_release(&shaper);
	return lost;
}

static void loss_is_within_its_binomial_interval(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 5; seed++) {
		assert_binomial(count_lost(seed, 1000), 0.001);
		assert_binomial(count_lost(seed, 10000), 0.01);
		assert_binomial(count_lost(seed, 500000), 0.5);
	}
	assert_int_equal(count_lost(1, 0), 0);
	assert_int_equal(count_lost(1, 1000000), PACKETS);
}

static uint64_t count_equal(uint64_t seed, enum link_way way)
{
	uint64_t equal = 0;

	for (uint64_t k = 0; k < PACKETS; k++)
		equal += link_draw(LINK_LOSS, 1, LINK_UP, k, 2) ==
			link_draw(LINK_LOSS, seed, way, k, 2);
	return equal;
}

static void draws_depend_on_seed_direction_and_number(void **state)
{
	(void)state;
	assert_int_equal(count_equal(1, LINK_UP), PACKETS);
	assert_binomial(count_equal(2, LINK_UP), 0.5);
	assert_binomial(count_equal(1, LINK_DOWN), 0.5);
	/* These draws have been seen once: a new build may not change them. */
	assert_int_equal(link_draw(LINK_LOSS, 1, LINK_UP, 0, 1000000), 693512);
	assert_int_equal(
		link_draw(LINK_JITTER, 7, LINK_DOWN, 12, 1000000), 816182);
}

static void a_reset_repeats_all(void **state)
{
	struct link_direction spec = {.loss_ppm = 100000,
		.delay_ns = MS,
		.jitter_ns = MS,
		.rate_bits = 1000000000,
		.queue_packets = 20};
	struct shaper shaper = shaper_of(spec, 3);
	enum { COUNT = 1000 };
	static uint64_t due[COUNT];
	static enum link_fate fates[COUNT];

	(void)state;
	for (int i = 0; i < COUNT; i++)
		fates[i] = shaper_admit(
			&shaper, (uint64_t)i * 9000, 1500, &due[i]);
	shaper_reset(&shaper, &spec, 3);
	for (int i = 0; i < COUNT; i++) {
		uint64_t due_ns = 0;

		assert_int_equal(shaper_admit(&shaper, (uint64_t)i * 9000, 1500,
					 &due_ns),
			fates[i]);
		assert_int_equal(due_ns, due[i]);
	}
	shaper_release(&shaper);
}

static void a_lost_packet_occupies_nothing(void **state)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.rate_bits = 12000000,
				  .loss_ppm = 1000000},
			1);
	uint64_t due_ns;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			shaper_admit(&shaper, 0, 1500, &due_ns), LINK_LOST);
	shaper.spec.loss_ppm = 0;
	assert_int_equal(admitted(&shaper, 0, 1500), MS);
	shaper_release(&shaper);
}

/* Sends a packet each 0.1 ms. Returns how many overtake another. */
static unsigned count_overtaking(bool reorder, double *mean_ns)
{
	struct shaper shaper =
		shaper_of((struct link_direction){.delay_ns = 10 * MS,
				  .jitter_ns = 5 * MS,
				  .reorder = reorder},
			1);
	uint64_t last_ns = 0, sum_ns = 0;
	unsigned overtaking = 0;

	for (uint64_t i = 0; i < PACKETS; i++) {
		uint64_t now = i * (MS / 10);
		uint64_t due_ns = admitted(&shaper, now, 100);

		assert_in_range(due_ns - now, 10 * MS, 15 * MS);
		sum_ns += due_ns - now;
		overtaking += due_ns < last_ns;
		last_ns = due_ns;
	}
	shaper_release(&shaper);
	*mean_ns = (double)sum_ns / (double)PACKETS;
	return overtaking;
}

static void jitter_keeps_the_order_unless_told_otherwise(void **state)
{
	double mean_ns;

	(void)state;
	assert_int_equal(count_overtaking(false, &mean_ns), 0);
	assert_true(count_overtaking(true, &mean_ns) > PACKETS / 4);
	/* Uniform: half of 5 ms, with a deviation of the mean of 4.6 us. */
	assert_true(fabs(mean_ns - 12.5e6) < 20e3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_is_no_delay),
		cmocka_unit_test(delay_is_added),
		cmocka_unit_test(packets_occupy_the_link_in_turn),
		cmocka_unit_test(the_rate_is_exact_over_many_packets),
		cmocka_unit_test(a_queue_of_packets_fills),
		cmocka_unit_test(a_queue_of_time_fills),
		cmocka_unit_test(no_more_wait_than_there_is_memory_for),
		cmocka_unit_test(loss_is_within_its_binomial_interval),
		cmocka_unit_test(draws_depend_on_seed_direction_and_number),
		cmocka_unit_test(a_reset_repeats_all),
		cmocka_unit_test(a_lost_packet_occupies_nothing),
		cmocka_unit_test(jitter_keeps_the_order_unless_told_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
