/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Clients that misbehave: the server stays within its limits and goes on
 * serving the others.
 */
#include "tests/unit/live_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void assert_others_are_served(const struct fixture *f)
{
	struct answer answer;

	live_ask(f, GET_CN END, &answer);
	assert_int_equal(answer.status, 200);
}

/* Sends what the socket has room for. Returns how much. */
static size_t send_some(int fd, const char *bytes, size_t length)
{
	ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);

	return n < 0 ? 0 : (size_t)n;
}

static void requests_that_trickle_in_hold_up_nobody(void **state)
{
	enum { CLIENTS = 500 };
	static const char request[] = GET_CN END;
	int fds[CLIENTS];
	struct answer answer;

	for (int i = 0; i < CLIENTS; i++)
		fds[i] = live_connect_to(*state);
	for (size_t at = 0; at + 1 < sizeof(request); at++) {
		for (int i = 0; i < CLIENTS; i++)
			assert_int_equal(
				send(fds[i], request + at, 1, MSG_NOSIGNAL), 1);
		if (at % 16 == 0)
			assert_others_are_served(*state);
	}
	for (int i = 0; i < CLIENTS; i++) {
		live_read_answer(fds[i], &answer, 0);
		assert_int_equal(answer.status, 200);
		(void)close(fds[i]);
	}
}

/* The answers have one length: a head and a short body. */
static void ten_thousand_pipelined_requests_are_all_answered(void **state)
{
	enum { REQUESTS = 10000 };
	static const char request[] =
		"GET /flags/cn/metadata.json HTTP/1.1\r\nHost: a\r\n\r\n";
	const size_t length = sizeof(request) - 1;
	int fd = live_connect_to(*state);
	size_t to_send = REQUESTS * length, to_read;
	struct answer answer;

	live_ask(*state, request, &answer);
	to_read = REQUESTS * answer.length;
	while (to_send || to_read) {
		size_t at = (REQUESTS * length - to_send) % length;
		ssize_t n;

		if (to_send)
			to_send -= send_some(fd, request + at, length - at);
		n = recv(fd, answer.text, ANSWER_MAX,
			to_send ? MSG_DONTWAIT : 0);
		assert_true(n > 0 || (n < 0 && errno == EAGAIN));
		if (n > 0)
			to_read -= (size_t)n;
	}
	(void)close(fd);
	assert_int_equal(live_stat_of(*state, "requests"), REQUESTS + 1);
}

static void a_hundred_megabytes_of_header_are_refused_early(void **state)
{
	static char junk[65536];
	int fd = live_connect_to(*state);
	size_t sent = 0;

	memset(junk, 'a', sizeof(junk));
	live_send_text(fd, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	while (sent < 100000000) {
		ssize_t n = send(fd, junk, sizeof(junk), MSG_NOSIGNAL);

		if (n < 0)
			break;
		sent += (size_t)n;
	}
	(void)close(fd);
	assert_others_are_served(*state);
}

static void who_never_reads_costs_a_bounded_queue(void **state)
{
	static const char request[] = GET_CN END;
	int fd = live_connect_to(*state);
	size_t most = 0;

	live_configure(*state, "payload=1000000", 200);
	/* The server stops reading, and then the socket is full. */
	for (int rounds = 0; rounds < 20; rounds++) {
		size_t in_flight;

		for (int i = 0; i < 1000; i++)
			if (send_some(fd, request, sizeof(request) - 1) !=
				sizeof(request) - 1)
				break;
		in_flight = live_stat_of(*state, "in_flight");
		most = in_flight > most ? in_flight : most;
	}
	assert_in_range(most, 1, 64);
	live_configure(*state, "payload=0", 200);
	assert_others_are_served(*state);
	(void)close(fd);
}

static void half_closed_peers_are_answered_and_let_go(void **state)
{
	enum { CLIENTS = 100 };
	int fds[CLIENTS];
	struct answer answer;

	for (int i = 0; i < CLIENTS; i++) {
		fds[i] = live_connect_to(*state);
		live_send_text(fds[i], i % 2 ? GET_CN END : GET_CN);
		assert_int_equal(shutdown(fds[i], SHUT_WR), 0);
	}
	for (int i = 0; i < CLIENTS; i++) {
		if (i % 2)
			live_read_answer(fds[i], &answer, 0);
		live_expect_end(fds[i]);
		(void)close(fds[i]);
	}
}

/* Ends before its preface, within it, and with wrong bytes after it. */
static void broken_http2_sessions_are_ended(void **state)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
	char junk[512];

	for (size_t n = 1; n < sizeof(preface) - 1; n++) {
		int fd = live_connect_to(*state);

		assert_int_equal(send(fd, preface, n, MSG_NOSIGNAL), n);
		assert_int_equal(shutdown(fd, SHUT_WR), 0);
		live_expect_end(fd);
		(void)close(fd);
	}
	for (int i = 0; i < 256; i++) {
		int fd = live_connect_to(*state);

		memset(junk, i, sizeof(junk));
		live_send_text(fd, preface);
		assert_int_equal(send(fd, junk, sizeof(junk), MSG_NOSIGNAL),
			sizeof(junk));
		assert_int_equal(shutdown(fd, SHUT_WR), 0);
		while (recv(fd, junk, sizeof(junk), 0) > 0)
			;
		(void)close(fd);
	}
	assert_others_are_served(*state);
}

/* A request of its own stream, as small as HPACK has it: GET / of "a". */
static size_t put_request(char *to, uint32_t stream)
{
	const unsigned char frame[] = {0, 0, 6, 1, 5,
		(unsigned char)(stream >> 24), (unsigned char)(stream >> 16),
		(unsigned char)(stream >> 8), (unsigned char)stream, 0x82, 0x86,
		0x84, 1, 1, 'a'};

	memcpy(to, frame, sizeof(frame));
	return sizeof(frame);
}

/*
 * Sends requests until the server, which has its turn in between, takes no
 * more; how many bytes it took, `limit` at most.
 */
static size_t flood(const struct fixture *f, int fd, size_t limit)
{
	static char requests[65536];
	size_t length = 0, at = 0, sent = 0;
	uint32_t stream = 1;

	for (int idle = 0; idle < 10 && sent < limit;) {
		size_t n;

		if (at == length)
			for (at = length = 0; length + 15 < sizeof(requests);
				stream += 2)
				length +=
					put_request(requests + length, stream);
		n = send_some(fd, requests + at, length - at);
		at += n;
		sent += n;
		if (n) {
			idle = 0;
			continue;
		}
		idle++;
		assert_others_are_served(f);
	}
	return sent;
}

static void who_reads_no_http2_is_not_read_for_ever(void **state)
{
	const size_t limit = 100000000;
	int fd = live_connect_to(*state);
	char answers[65536];
	size_t got = 0;
	ssize_t n;

	live_send_text(fd, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	assert_int_equal(send(fd, "\0\0\0\4\0\0\0\0", 9, MSG_NOSIGNAL), 9);
	assert_true(flood(*state, fd, limit) < limit);
	/* Once the client reads, the server reads on, to the end. */
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	while ((n = recv(fd, answers, sizeof(answers), 0)) > 0)
		got += (size_t)n;
	assert_int_equal(n, 0);
	assert_true(got > 1000000);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(requests_that_trickle_in_hold_up_nobody),
		LIVE(ten_thousand_pipelined_requests_are_all_answered),
		LIVE(a_hundred_megabytes_of_header_are_refused_early),
		LIVE(who_never_reads_costs_a_bounded_queue),
		LIVE(half_closed_peers_are_answered_and_let_go),
		LIVE(broken_http2_sessions_are_ended),
		LIVE(who_reads_no_http2_is_not_read_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
