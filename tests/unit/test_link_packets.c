/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets that are under way, and how late they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "link/draw.h"
#include "link/lateness.h"
#include "link/packets.h"

/* Adds a packet whose bytes tell its number. */
static bool add(struct packets *packets, uint64_t due_ns, uint32_t number)
{
	memcpy(packets_room(packets), &number, sizeof(number));
	return packets_add(packets, due_ns, 0, sizeof(number));
}

/* Takes the first packet out. Returns its number. */
static uint32_t take(struct packets *packets)
{
	const unsigned char *bytes;
	uint32_t number;

	assert_int_equal(packets_first(packets, &bytes)->bytes, sizeof(number));
	memcpy(&number, bytes, sizeof(number));
	packets_remove(packets);
	return number;
}

static void the_earliest_comes_first(void **state)
{
	struct packets packets;
	uint64_t last_ns = 0;

	(void)state;
	assert_int_equal(packets_init(&packets), 0);
	assert_true(packets_due_ns(&packets) == UINT64_MAX);
	for (uint32_t i = 0; i < 5000; i++) {
		(void)add(&packets, link_mix(i) % 1000, i);
		/* Some leave while others come. */
		if (i % 3 == 2)
			(void)take(&packets);
	}
	for (; packets.count; (void)take(&packets)) {
		uint64_t due_ns = packets_due_ns(&packets);

		assert_true(due_ns >= last_ns);
		last_ns = due_ns;
	}
	packets_release(&packets);
}

static void those_due_at_once_keep_their_order(void **state)
{
	struct packets packets;

	(void)state;
	assert_int_equal(packets_init(&packets), 0);
	for (uint32_t i = 0; i < 1000; i++)
		(void)add(&packets, 7, i);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(take(&packets), i);
	packets_release(&packets);
}

static void memory_is_bounded(void **state)
{
	struct packets packets;

	(void)state;
	assert_int_equal(packets_init(&packets), 0);
	for (uint32_t i = 0; i < PACKETS_MAX - 1; i++)
		assert_true(add(&packets, i, i));
	assert_false(add(&packets, 0, 0));
	assert_int_equal(take(&packets), 0);
	assert_true(add(&packets, 0, 77));
	assert_false(add(&packets, 0, 0));
	assert_int_equal(take(&packets), 77);
	packets_clear(&packets);
	assert_true(packets_due_ns(&packets) == UINT64_MAX);
	assert_true(add(&packets, 5, 5));
	assert_int_equal(take(&packets), 5);
	packets_release(&packets);
}

static void a_quantile_is_a_sixteenth_too_high_at_most(void **state)
{
	static struct lateness lateness;

	(void)state;
	assert_int_equal(lateness_quantile(&lateness, 0.99), 0);
	for (uint64_t ns = 1; ns <= 1000000; ns++)
		lateness_add(&lateness, ns);
	for (int percent = 1; percent <= 100; percent++) {
		uint64_t right = (uint64_t)percent * 10000;

		assert_in_range(lateness_quantile(&lateness, percent / 100.0),
			right, right + right / 16);
	}
	assert_int_equal(lateness_quantile(&lateness, 1), 1000000);
	lateness_add(&lateness, UINT64_MAX);
	assert_true(lateness.max_ns == UINT64_MAX);
	assert_true(lateness_quantile(&lateness, 1) == UINT64_MAX);
}

static void every_time_has_a_class(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 64; bit++)
		for (uint64_t off = 0; off < 3; off++) {
			struct lateness lateness = {0};
			uint64_t ns = (UINT64_C(1) << bit) + off - 1;

			lateness_add(&lateness, ns);
			assert_true(lateness_quantile(&lateness, 0.5) == ns);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_earliest_comes_first),
		cmocka_unit_test(those_due_at_once_keep_their_order),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(a_quantile_is_a_sixteenth_too_high_at_most),
		cmocka_unit_test(every_time_has_a_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
