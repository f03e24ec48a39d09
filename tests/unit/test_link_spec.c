/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a link. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "link/link.h"

#define MS   UINT64_C(1000000)
#define MBIT UINT64_C(1000000)

static struct link_spec parsed(const char *text)
{
	struct link_spec spec;
	struct link_error err = {""};

	if (link_spec_parse(&spec, text, &err))
		fail_msg("%s", err.text);
	return spec;
}

static void assert_way(
	const struct link_direction *way, struct link_direction right)
{
	assert_int_equal(way->delay_ns, right.delay_ns);
	assert_int_equal(way->jitter_ns, right.jitter_ns);
	assert_int_equal(way->rate_bits, right.rate_bits);
	assert_int_equal(way->loss_ppm, right.loss_ppm);
	assert_int_equal(way->queue_packets, right.queue_packets);
	assert_int_equal(way->queue_ns, right.queue_ns);
	assert_int_equal(way->reorder, right.reorder);
}

static void each_item_has_its_value(void **state)
{
	static const struct {
		const char *text;
		struct link_direction up, down;
	} cases[] = {
		{"rtt=40ms", {.delay_ns = 20 * MS}, {.delay_ns = 20 * MS}},
		{"rtt=1.5ms", {.delay_ns = 750000}, {.delay_ns = 750000}},
		{"rtt=0.000000007s", {.delay_ns = 4}, {.delay_ns = 3}},
		{"rtt=0s", {0}, {0}},
		{"rate=20Mbit/s",
			{.rate_bits = 20 * MBIT, .queue_packets = 100},
			{.rate_bits = 20 * MBIT, .queue_packets = 100}},
		{"down=1.5Mbit/s,up=384kbit/s",
			{.rate_bits = 384000, .queue_packets = 100},
			{.rate_bits = 1500000, .queue_packets = 100}},
		{"down=1Gbit/s,queue=7", {0},
			{.rate_bits = 1000 * MBIT, .queue_packets = 7}},
		{"queue=50ms,rate=8000bit/s",
			{.rate_bits = 8000, .queue_ns = 50 * MS},
			{.rate_bits = 8000, .queue_ns = 50 * MS}},
		{"loss=1%", {.loss_ppm = 10000}, {.loss_ppm = 10000}},
		{"loss=0.001", {.loss_ppm = 1000}, {.loss_ppm = 1000}},
		{"loss=0.3%", {.loss_ppm = 3000}, {.loss_ppm = 3000}},
		{"loss=100%", {.loss_ppm = 1000000}, {.loss_ppm = 1000000}},
		{"jitter=5ms", {.jitter_ns = 5 * MS}, {.jitter_ns = 5 * MS}},
		{"jitter=5ms,reorder", {.jitter_ns = 5 * MS, .reorder = true},
			{.jitter_ns = 5 * MS, .reorder = true}},
		{"rtt=1ms,rtt=2ms", {.delay_ns = MS}, {.delay_ns = MS}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct link_spec spec = parsed(cases[i].text);

		assert_way(&spec.way[LINK_UP], cases[i].up);
		assert_way(&spec.way[LINK_DOWN], cases[i].down);
	}
}

static void a_named_link_can_be_changed(void **state)
{
	struct link_spec spec = parsed("dsl"), changed;

	(void)state;
	assert_int_equal(link_rtt_ns(&spec), 50 * MS);
	assert_int_equal(spec.way[LINK_DOWN].rate_bits, 1500000);
	assert_int_equal(spec.way[LINK_UP].rate_bits, 384000);
	changed = parsed("dsl,rtt=7ms,loss=1%");
	assert_int_equal(link_rtt_ns(&changed), 7 * MS);
	assert_int_equal(changed.way[LINK_UP].loss_ppm, 10000);
	assert_int_equal(changed.way[LINK_UP].rate_bits, 384000);
}

static void every_name_is_a_link_with_a_source(void **state)
{
	size_t count = 0;

	(void)state;
	for (const struct link_name *name = link_names; name->name; name++) {
		struct link_spec spec = parsed(name->name);

		assert_true(link_rtt_ns(&spec) > 0);
		assert_true(spec.way[LINK_DOWN].rate_bits > 0);
		assert_true(strlen(name->source) > 0);
		count++;
	}
	assert_int_equal(count, 5);
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{"", "column 1: ''"},
		{"rtt=40", "'rtt=40': a round trip is a time from 0s to 60s"},
		{"rtt=61s", "from 0s to 60s"},
		{"rtt=-1ms", "a round trip"},
		{"rtt=1e3ms", "a round trip"},
		{"rtt= 1ms", "a round trip"},
		{"rtt=.ms", "a round trip"},
		{"rtt=1..5ms", "a round trip"},
		{"rtt=", "a round trip"},
		{"rtt=1ms,", "column 9: ''"},
		{"rtt=1ms,,loss=1%", "column 9: ''"},
		{",rtt=1ms", "column 1: ''"},
		{"rate=0bit/s", "a rate is from 1kbit/s to 10Gbit/s"},
		{"rate=11Gbit/s", "a rate is"},
		{"rate=20Mbps", "Mbit/s or Gbit/s"},
		{"loss=101%", "loss is 0% to 100%, or 0 to 1"},
		{"loss=1.1", "loss is"},
		{"rate=1Mbit/s,queue=0", "column 14: 'queue=0'"},
		{"rate=1Mbit/s,queue=5%", "a queue is a number of packets"},
		{"queue=5", "queue= needs a rate"},
		{"reorder", "reorder needs jitter="},
		{"reorders", "an item is rtt="},
		{"jitter=1", "jitter is a time"},
		{"rtt=1ms,dsl", "'dsl': an item is"},
		{"none", "an item is"},
		{"wlan", "a named link (lan, wifi, 4g, dsl, satellite)"},
		{"dsl,", "column 5: ''"},
		{"dsl,x=1", "column 5: 'x=1'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct link_spec spec = {0}, before = {0};
		struct link_error err = {""};

		assert_int_equal(
			link_spec_parse(&spec, cases[i].text, &err), -EINVAL);
		if (!strstr(err.text, cases[i].told))
			fail_msg("'%s': %s", cases[i].text, err.text);
		assert_memory_equal(&spec, &before, sizeof(spec));
	}
}

static void the_longest_text_is_bounded(void **state)
{
	char text[2 * LINK_SPEC_TEXT_MAX];
	struct link_spec spec;
	struct link_error err = {""};

	(void)state;
	memset(text, '1', sizeof(text));
	memcpy(text, "rtt=", 4);
	text[LINK_SPEC_TEXT_MAX] = '\0';
	assert_int_equal(link_spec_parse(&spec, text, &err), -EINVAL);
	assert_non_null(strstr(err.text, "longer than 127 characters"));
	text[LINK_SPEC_TEXT_MAX - 1] = '\0';
	assert_int_equal(link_spec_parse(&spec, text, &err), -EINVAL);
	assert_non_null(strstr(err.text, "; for example rtt=40ms"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_has_its_value),
		cmocka_unit_test(a_named_link_can_be_changed),
		cmocka_unit_test(every_name_is_a_link_with_a_source),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(the_longest_text_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
