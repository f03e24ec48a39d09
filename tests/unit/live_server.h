/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server in a thread of the test, asked over sockets. Whatever goes wrong
 * fails the test.
 */
#ifndef TESTS_UNIT_LIVE_SERVER_H
#define TESTS_UNIT_LIVE_SERVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "mock_server/mock_server.h"

#define GET_CN   "GET /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n"
#define ITEM(id) "X-Flagrace-Item: " id "\r\n"
#define END      "\r\n"

enum { ANSWER_MAX = 65536 };

struct fixture {
	struct mock_server *server;
	int stop_fd;
	uint16_t port;
	pthread_t thread;
	int result; /* of mock_server_run; read after joining */
};

struct answer {
	char text[ANSWER_MAX]; /* head and body, '\0' behind */
	size_t length;
	unsigned status;
	const char *body;
	size_t body_length;
};

/* A row of the witness; what is empty there is 0 here. */
struct row {
	unsigned long long item, attempt, arrival_ns, delay_ns, sent_ns, bytes;
	char hash[17], path_hash[17];
	unsigned long long in_flight, connection, status;
	char fault[16];
	unsigned long long queue_ns, gone_ns;
	char trial[32], method[16], protocol[16];
	unsigned long long accepted_ns, first_in_ns, done_ns;
};

/* Starts a server; *state is its fixture. 0, as cmocka wants it. */
int live_start(void **state, unsigned workers,
	const struct mock_setting *settings, size_t count, const char *root);
int live_start_fast(void **state);
/* A second late: what that proves, a stalled machine may hide, not refute. */
int live_start_slow(void **state);
/* It serves one at a time: by its seed item 2 for an hour, 0 and 1 at once. */
int live_start_held(void **state);

void live_order_stop(struct fixture *f);
int live_stop(void **state);

/* A new connection, or -1. */
int live_connect_to(const struct fixture *f);
void live_send_text(int fd, const char *text);
/* Reads one answer, no byte more; without its body when `head_only`. */
void live_read_answer(int fd, struct answer *answer, int head_only);
void live_expect_end(int fd);
/* Ends a connection in such a way that the server sees it at once. */
void live_reset(int fd);

/* One request on a connection of its own. */
void live_ask(
	const struct fixture *f, const char *request, struct answer *answer);
/* A PUT of settings that is to get the status. */
void live_configure(const struct fixture *f, const char *form, unsigned status);
uint64_t live_stat_of(const struct fixture *f, const char *name);

/* The rows that /_flagrace/witness answers to a query; how many. */
size_t live_witness(const struct fixture *f, const char *query,
	struct row *rows, size_t max);

#endif
