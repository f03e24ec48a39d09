/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernel's counters, read from text as it writes it, and from a socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/trial/kernel_counters.h"

static void a_counter_is_found_by_its_name(void **state)
{
	static const char text[] =
		"TcpExt: SyncookiesSent ListenOverflows ListenDrops\n"
		"TcpExt: 1 22 333\n"
		"IpExt: InNoRoutes ListenOverflows\n"
		"IpExt: 4 5\n";

	(void)state;
	assert_int_equal(
		kernel_counters_parse_table(text, "TcpExt", "ListenOverflows"),
		22);
	assert_int_equal(
		kernel_counters_parse_table(text, "TcpExt", "ListenDrops"),
		333);
	assert_int_equal(
		kernel_counters_parse_table(text, "IpExt", "ListenOverflows"),
		5);
	assert_true(kernel_counters_parse_table(text, "TcpExt", "Listen") ==
		UINT64_MAX);
	assert_true(kernel_counters_parse_table(text, "Tcp", "ListenDrops") ==
		UINT64_MAX);
}

static void text_that_is_cut_off_tells_nothing(void **state)
{
	static const char *const texts[] = {"", "TcpExt: A B\n", "TcpExt: A B",
		"TcpExt: A B\nTcpExt: 1\n", "TcpExt: A B\nTcpExt: 1 -\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(kernel_counters_parse_table(
				    texts[i], "TcpExt", "B") == UINT64_MAX);
}

static void throttling_is_told_by_both_hierarchies(void **state)
{
	(void)state;
	assert_int_equal(kernel_counters_parse_cpu_stat(
				 "usage_usec 5\nnr_throttled 2\n"
				 "throttled_usec 1500\nnr_bursts 0\n"),
		1500000);
	assert_int_equal(kernel_counters_parse_cpu_stat(
				 "nr_periods 9\nthrottled_time 77\n"),
		77);
	assert_true(
		kernel_counters_parse_cpu_stat("usage_usec 5\n") == UINT64_MAX);
	assert_true(kernel_counters_parse_cpu_stat("") == UINT64_MAX);
}

/* A queue of one place, which nobody empties, meets five who connect. */
static void a_full_listen_queue_is_counted(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	struct kernel_counters begin, counted;
	int listener = socket(AF_INET, SOCK_STREAM, 0), clients[5];

	(void)state;
	assert_int_equal(
		bind(listener, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(
		getsockname(listener, (struct sockaddr *)&address, &length), 0);
	begin = kernel_counters_read(NULL);
	if (begin.listen_overflows == UINT64_MAX)
		skip();
	for (int i = 0; i < 5; i++) {
		clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(clients[i], (struct sockaddr *)&address, length);
	}
	/* Loopback delivers a segment before connect() returns. */
	counted = kernel_counters_since(&begin, NULL);
	assert_true(counted.listen_overflows >= 1);
	for (int i = 0; i < 5; i++)
		close(clients[i]);
	close(listener);
}

static void what_is_unknown_or_runs_backwards_is_no_count(void **state)
{
	struct kernel_counters future = {UINT64_MAX, UINT64_MAX - 1, 0};
	struct kernel_counters counted = kernel_counters_since(&future, NULL);

	(void)state;
	assert_true(counted.listen_overflows == UINT64_MAX);
	assert_true(counted.syn_retransmits == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_is_found_by_its_name),
		cmocka_unit_test(text_that_is_cut_off_tells_nothing),
		cmocka_unit_test(throttling_is_told_by_both_hierarchies),
		cmocka_unit_test(a_full_listen_queue_is_counted),
		cmocka_unit_test(what_is_unknown_or_runs_backwards_is_no_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
