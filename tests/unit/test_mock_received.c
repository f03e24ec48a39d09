/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long ago the bytes had come when they are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/clock.h"
#include "mock_server/received.h"

/* Two ends of a connection; the second was accepted. */
static void connect_ends(int ends[2], bool stamps)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t length = sizeof(address);
	int listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(listen_fd >= 0);
	if (stamps)
		received_stamps(listen_fd);
	assert_int_equal(
		bind(listen_fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(listen_fd, 1), 0);
	assert_int_equal(
		getsockname(listen_fd, (struct sockaddr *)&address, &length),
		0);
	ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(ends[0] >= 0);
	assert_int_equal(
		connect(ends[0], (struct sockaddr *)&address, length), 0);
	ends[1] = accept(listen_fd, NULL, NULL);
	assert_true(ends[1] >= 0);
	assert_int_equal(close(listen_fd), 0);
}

static void close_ends(int ends[2])
{
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
}

/* Sends a byte and reads it. Returns its age. */
static uint64_t age_of_a_byte(int ends[2])
{
	struct pollfd readable = {.fd = ends[1], .events = POLLIN};
	uint64_t sent_ns = clock_now_ns(), age_ns;
	char byte = 'a';

	assert_int_equal(send(ends[0], &byte, 1, 0), 1);
	assert_int_equal(poll(&readable, 1, -1), 1);
	assert_int_equal(received_read(ends[1], &byte, 1, &age_ns), 1);
	assert_true(clock_now_ns() - age_ns >= sent_ns);
	return age_ns;
}

static void bytes_are_as_old_as_their_arrival_and_no_older(void **state)
{
	int ends[2];

	(void)state;
	connect_ends(ends, true);
	/* The system begins to stamp some time after it was asked to. */
	while (!age_of_a_byte(ends))
		;
	close_ends(ends);
}

static void without_a_stamp_they_are_new(void **state)
{
	int ends[2];

	(void)state;
	connect_ends(ends, false);
	assert_int_equal(age_of_a_byte(ends), 0);
	close_ends(ends);
}

static void the_end_of_input_has_no_age(void **state)
{
	uint64_t age_ns = 1;
	char byte = 0;
	int ends[2];

	(void)state;
	connect_ends(ends, true);
	assert_int_equal(shutdown(ends[0], SHUT_WR), 0);
	assert_int_equal(received_read(ends[1], &byte, 1, &age_ns), 0);
	assert_int_equal(age_ns, 0);
	close_ends(ends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			bytes_are_as_old_as_their_arrival_and_no_older),
		cmocka_unit_test(without_a_stamp_they_are_new),
		cmocka_unit_test(the_end_of_input_has_no_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
