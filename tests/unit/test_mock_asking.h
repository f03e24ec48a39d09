/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests share that ask a live server with faults or limits. */
#ifndef TEST_MOCK_ASKING_H
#define TEST_MOCK_ASKING_H

#include "tests/unit/live_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/faults.h"
#include "mock_server/pace.h"

/* Reads to the end or a reset (*reset). Returns how many bytes. */
static inline size_t read_all(int fd, char *bytes, size_t size, int *was_reset)
{
	size_t length = 0;
	ssize_t n;

	while ((n = recv(fd, bytes + length, size - length, 0)) > 0)
		length += (size_t)n;
	*was_reset = n < 0 && errno == ECONNRESET;
	assert_true(n == 0 || *was_reset);
	return length;
}

static inline void the_witness_names(
	const struct fixture *f, const char *fault, struct row *row)
{
	assert_int_equal(live_witness(f, "?trial=t", row, 1), 1);
	assert_string_equal(row->fault, fault);
	assert_int_equal(live_stat_of(f, "in_flight"), 0);
}

/* Sends a request for the item, and reads the answer. */
static inline void ask_for(
	const struct fixture *f, int item, struct answer *answer)
{
	char request[128];

	(void)snprintf(request, sizeof(request),
		GET_CN "X-Flagrace-Item: t/%d/1\r\n\r\n", item);
	live_ask(f, request, answer);
}

#endif
