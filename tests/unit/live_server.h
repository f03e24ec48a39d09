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

/* The rest of a form that sets nothing else. */
#define REST                                                      \
	"&fault=none&bandwidth=none&capacity=0&max-connections=0" \
	"&payload=0&nonce=&limit=none"

/* A test with a server that answers at once; whose answers wait; held ones. */
#define LIVE(test) \
	cmocka_unit_test_setup_teardown(test, live_start_fast, live_stop)
#define SLOW(test) \
	cmocka_unit_test_setup_teardown(test, live_start_slow, live_stop)
#define HELD(test) \
	cmocka_unit_test_setup_teardown(test, live_start_held, live_stop)

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

/* A row of the witness; an empty field is 0. */
struct row {
	unsigned long long item, attempt, arrival_ns, delay_ns, sent_ns, bytes;
	char hash[17], path_hash[17];
	unsigned long long in_flight, connection, status;
	char fault[16];
	unsigned long long queue_ns, gone_ns;
	char trial[32], method[16], protocol[16];
	unsigned long long accepted_ns, first_in_ns, done_ns, retry_after_s;
	char tls[16];
};

/* Starts a server; *state is its fixture. Returns 0. */
int live_start(void **state, unsigned workers,
	const struct mock_setting *settings, size_t count, const char *root);
int live_start_with(void **state, const struct mock_server_options *options);
int live_start_fast(void **state);
/*
 * Delays of a second: a stalled machine may hide a fault that a test looks for,
 * but does not make the test fail.
 */
int live_start_slow(void **state);
/* It serves one at a time: item 2 for an hour, items 0 and 1 at once. */
int live_start_held(void **state);

void live_order_stop(struct fixture *f);
int live_stop(void **state);

/* A new connection, or -1. */
int live_connect_to(const struct fixture *f);
void live_send_text(int fd, const char *text);
/* Reads exactly one answer, without a body if `head_only`. */
void live_read_answer(int fd, struct answer *answer, int head_only);
void live_expect_end(int fd);
/* Resets a connection, which the server notices at once. */
void live_reset(int fd);

/* Sends a request on a new connection. */
void live_ask(
	const struct fixture *f, const char *request, struct answer *answer);
/* Puts settings, and expects the status. */
void live_configure(const struct fixture *f, const char *form, unsigned status);
uint64_t live_stat_of(const struct fixture *f, const char *name);

/* Reads the rows that /_flagrace/witness has for a query. Returns how many. */
size_t live_witness(const struct fixture *f, const char *query,
	struct row *rows, size_t max);

#endif
