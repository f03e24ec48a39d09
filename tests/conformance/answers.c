/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of answers, good and bad. Each must mean the same to every strategy. A
 * server of the test's own sends them.
 */
#include "tests/conformance/bench.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/xxh3.h"

enum { CONNECTIONS = 64, REQUESTS_MAX = 4096, PATIENCE_MS = 30000 };

/* What the server does with a connection behind an answer. */
enum then { KEEP, CLOSE, RESET, STALL };

struct answer_case {
	const char *text;
	size_t length;
	/* Behind the text: this so often; by the end, the time is over. */
	const char *again;
	size_t times;
	enum then then;
	/* It leaves bytes behind for the next one, if requests are pipelined. */
	bool alone;
	/* What it comes to. */
	enum fr_status status;
	unsigned http_status;
	const char *body;
	int error;
};

#define LINE        "HTTP/1.1 200 OK\r\n"
#define LENGTH      "Content-Length: 4\r\n"
#define CHUNKS      "Transfer-Encoding: chunked\r\n"
#define TEXT(bytes) .text = (bytes), .length = sizeof(bytes) - 1

/* A whole answer; its status; the body as a client has it. */
#define WHOLE(bytes, end, code, content)                                     \
	{                                                                    \
		TEXT(bytes),                                                 \
			.then = (end), .http_status = (code),                \
			.status = (code) / 100 == 2 ? FR_OK : FR_HTTP_ERROR, \
			.body = (content)                                    \
	}
#define GOOD(bytes, end) WHOLE(bytes, end, 200, "BODY")

/* One that fails, with how much of it was right. */
#define FAILS(bytes, end, cause, code, content)                         \
	{                                                               \
		TEXT(bytes), .then = (end), .http_status = (code),      \
			     .status = FR_NET_ERROR, .body = (content), \
			     .error = CURLE_##cause                     \
	}
#define CUT(bytes, content) FAILS(bytes, CLOSE, PARTIAL_FILE, 200, content)
#define WEIRD(bytes)        FAILS(bytes, KEEP, WEIRD_SERVER_REPLY, 200, "")
#define GARBLED(bytes)      FAILS(bytes, KEEP, WEIRD_SERVER_REPLY, 0, "")
#define LARGE(bytes, more, n)                                              \
	{                                                                  \
		TEXT(bytes), .again = (more), .times = (n), .then = CLOSE, \
			     .status = FR_NET_ERROR, .http_status = 200,   \
			     .body = "", .error = CURLE_FILESIZE_EXCEEDED  \
	}

static const struct answer_case answers[] = {
	GOOD(LINE LENGTH "\r\nBODY", KEEP),
	/* The body's end: by length, by chunks, by the connection. */
	GOOD(LINE LENGTH "Connection: close\r\n\r\nBODY", CLOSE),
	GOOD(LINE LENGTH LENGTH "\r\nBODY", KEEP),
	GOOD(LINE "Content-Length: 4, 4\r\n\r\nBODY", KEEP),
	GOOD(LINE CHUNKS "\r\n4\r\nBODY\r\n0\r\n\r\n", KEEP),
	GOOD(LINE CHUNKS "\r\n3\r\nBOD\r\n01;a=\"b\"\r\nY\r\n0\r\n\r\n", KEEP),
	GOOD(LINE CHUNKS "\r\n4\r\nBODY\r\n0\r\nX: y\r\nZ: z\r\n\r\n", KEEP),
	GOOD(LINE CHUNKS LENGTH "\r\n4\r\nBODY\r\n0\r\n\r\n", KEEP),
	GOOD(LINE "Content-Length: 9\r\n" CHUNKS "\r\n4\r\nBODY\r\n0\r\n\r\n",
		KEEP),
	GOOD(LINE "\r\nBODY", CLOSE),
	GOOD(LINE "Connection: close\r\n\r\nBODY", CLOSE),
	GOOD(LINE "Connection: keep-alive\r\n\r\nBODY", CLOSE),
	GOOD("HTTP/1.0 200 OK\r\n\r\nBODY", CLOSE),
	GOOD("HTTP/1.0 200 OK\r\n" LENGTH "\r\nBODY", CLOSE),
	GOOD("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" LENGTH "\r\nBODY",
		KEEP),
	WHOLE(LINE "\r\n", CLOSE, 200, ""),
	WHOLE(LINE "Content-Length: 0\r\n\r\n", KEEP, 200, ""),
	WHOLE(LINE CHUNKS "\r\n0\r\n\r\n", KEEP, 200, ""),
	WHOLE("HTTP/1.1 204 None\r\n\r\n", KEEP, 204, ""),
	WHOLE("HTTP/1.1 204 None\r\n" LENGTH "\r\n", KEEP, 204, ""),
	WHOLE("HTTP/1.1 304 Same\r\n" LENGTH "\r\n", KEEP, 304, ""),
	/* A status is data; a redirect is one, and not followed. */
	WHOLE("HTTP/1.1 301 Moved\r\nLocation: /0\r\n" LENGTH "\r\nBODY", KEEP,
		301, "BODY"),
	WHOLE("HTTP/1.1 302 Found\r\nLocation: /0\r\n\r\n", CLOSE, 302, ""),
	WHOLE("HTTP/1.1 404\r\n" CHUNKS "\r\n4\r\nBODY\r\n0\r\n\r\n", KEEP, 404,
		"BODY"),
	WHOLE("HTTP/1.1 503 Busy\r\n\r\nBODY", CLOSE, 503, "BODY"),
	WHOLE("HTTP/1.1 999 Odd\r\n" LENGTH "\r\nBODY", KEEP, 999, "BODY"),
	/* What is passed over. */
	GOOD("HTTP/1.1 100 Continue\r\n\r\n" LINE LENGTH "\r\nBODY", KEEP),
	GOOD("HTTP/1.1 103 Hints\r\n" LENGTH "\r\nHTTP/1.1 102 So\r\n\r\n" LINE
	     "\r\nBODY",
		CLOSE),
	GOOD("HTTP/1.1 200 OK\nContent-Length: 4\n\nBODY", KEEP),
	GOOD(LINE "X: a\r\n b\r\n\tc\r\n" LENGTH "\r\nBODY", KEEP),
	GOOD(LINE "Content-Length:\t 4 \r\n\r\nBODY", KEEP),
	{TEXT(LINE LENGTH "\r\nBODYmore"), .alone = true, .status = FR_OK,
		.http_status = 200, .body = "BODY"},
	{TEXT(LINE CHUNKS "\r\n4\r\nBODY\r\n0\r\n\r\nmore"), .alone = true,
		.status = FR_OK, .http_status = 200, .body = "BODY"},
	{TEXT("HTTP/1.1 204 None\r\n\r\nmore"), .alone = true, .status = FR_OK,
		.http_status = 204, .body = ""},
	/* Cut short. */
	FAILS("", CLOSE, GOT_NOTHING, 0, ""),
	FAILS("HTT", CLOSE, GOT_NOTHING, 0, ""),
	FAILS("HTTP/1.1 200 O", CLOSE, GOT_NOTHING, 0, ""),
	FAILS("HTTP/1.1 100 Continue\r\n\r\n", CLOSE, PARTIAL_FILE, 0, ""),
	CUT(LINE, ""),
	CUT(LINE "Content-Le", ""),
	CUT(LINE LENGTH, ""),
	CUT(LINE "Content-Length: 40\r\n\r\nBODY", "BODY"),
	CUT(LINE LENGTH "\r\n", ""),
	CUT(LINE CHUNKS "\r\n", ""),
	CUT(LINE CHUNKS "\r\n4", ""),
	CUT(LINE CHUNKS "\r\n8\r\nBODY", "BODY"),
	CUT(LINE CHUNKS "\r\n4\r\nBODY\r\n", "BODY"),
	CUT(LINE CHUNKS "\r\n4\r\nBODY\r\n0\r\n", "BODY"),
	{TEXT(""), .then = RESET, .status = FR_NET_ERROR, .body = "",
		.error = -ECONNRESET},
	/* No answer, or one that may mean this or that. */
	GARBLED("<html>"),
	GARBLED("220 mail.example ESMTP\r\n"),
	GARBLED("HTTP/2 200\r\n" LENGTH "\r\nBODY"),
	GARBLED("HTTP/1.1 2000 OK\r\n" LENGTH "\r\nBODY"),
	GARBLED("HTTP/1.1 20 OK\r\n" LENGTH "\r\nBODY"),
	GARBLED("HTTP/1.1  200 OK\r\n" LENGTH "\r\nBODY"),
	FAILS("HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", KEEP,
		WEIRD_SERVER_REPLY, 101, ""),
	WEIRD(LINE "X: a\0b\r\n" LENGTH "\r\nBODY"),
	WEIRD(LINE "X: a\rb\r\n" LENGTH "\r\nBODY"),
	WEIRD(LINE "no colon\r\n" LENGTH "\r\nBODY"),
	WEIRD(LINE "Content-Length: 12345678901234567890123\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length: -4\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length: +4\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length: 0x4\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length: 4.0\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length:\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length:\r\n 4\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length : 4\r\n\r\nBODY"),
	WEIRD(LINE LENGTH "Content-Length: 5\r\n\r\nBODY"),
	WEIRD(LINE "Content-Length: 4, 5\r\n\r\nBODY"),
	WEIRD(LINE "Transfer-Encoding: gzip, chunked\r\n\r\n"),
	WEIRD(LINE CHUNKS CHUNKS "\r\n0\r\n\r\n"),
	WEIRD(LINE CHUNKS "\r\nx\r\n"),
	WEIRD(LINE CHUNKS "\r\n-4\r\nBODY\r\n0\r\n\r\n"),
	WEIRD(LINE CHUNKS "\r\n4 4\r\nBODY\r\n0\r\n\r\n"),
	WEIRD(LINE CHUNKS "\r\n00000000000000000004\r\nBODY\r\n0\r\n\r\n"),
	FAILS(LINE CHUNKS "\r\n4\r\nBODYBODY", KEEP, WEIRD_SERVER_REPLY, 200,
		"BODY"),
	FAILS(LINE CHUNKS "\r\n4\r\nBODY\r\n0\r\nno colon\r\n\r\n", KEEP,
		WEIRD_SERVER_REPLY, 200, "BODY"),
	/* Larger than any client should take. */
	LARGE(LINE, "X: y\r\n", 100000),
	LARGE(LINE, "xxxxxxxxxxxxxxxx", 100000),
	LARGE(LINE CHUNKS "\r\n4;", "xxxxxxxxxxxxxxxx", 100000),
	LARGE(LINE CHUNKS "\r\n0\r\n", "X: y\r\n", 100000),
	LARGE(LINE CHUNKS "\r\n0\r\n", "xxxxxxxxxxxxxxxx", 100000),
};

/* None of these ever ends. */
static const struct answer_case endless[] = {
	{TEXT(""), .then = STALL},
	{TEXT(LINE "X: "), .then = STALL},
	{TEXT(LINE LENGTH "\r\nBO"), .then = STALL},
	{TEXT(LINE "\r\nBODY"), .then = STALL},
	{TEXT(LINE "\r\n"), .again = "BODY", .times = SIZE_MAX},
	{TEXT(LINE CHUNKS "\r\n"), .again = "4\r\nBODY\r\n", .times = SIZE_MAX},
	{TEXT(LINE "Content-Length: 100000000000000000\r\n\r\n"),
		.again = "BODY", .times = SIZE_MAX},
};

enum {
	ANSWERS = sizeof(answers) / sizeof(*answers),
	ENDLESS = sizeof(endless) / sizeof(*endless)
};

/* A connection of the server's. */
struct peer {
	char received[REQUESTS_MAX];
	size_t length;
	const struct answer_case *more; /* still to be sent again and again */
	size_t times;
	bool over; /* what it says is not heard any more */
};

static void hang_up(struct pollfd *socket)
{
	close(socket->fd);
	socket->fd = -1;
}

static void end_answer(struct pollfd *socket, struct peer *peer, enum then then)
{
	static const struct linger at_once = {.l_onoff = 1};

	switch (then) {
	case KEEP:
		break;
	case STALL:
		peer->over = true;
		break;
	case CLOSE:
		/* Not closed yet: what was not read would make it a reset. */
		shutdown(socket->fd, SHUT_WR);
		peer->over = true;
		break;
	case RESET:
		setsockopt(socket->fd, SOL_SOCKET, SO_LINGER, &at_once,
			sizeof(at_once));
		hang_up(socket);
		break;
	}
}

static void begin_answer(struct pollfd *socket, struct peer *peer,
	const struct answer_case *answer)
{
	/* In one go: what is behind an answer must come along with it. */
	if (send(socket->fd, answer->text, answer->length, MSG_NOSIGNAL) < 0) {
		hang_up(socket);
		return;
	}
	if (answer->again) {
		peer->more = answer;
		peer->times = 0;
	} else {
		end_answer(socket, peer, answer->then);
	}
}

/* Sends some more of an answer that goes on and on. */
static void go_on(struct pollfd *socket, struct peer *peer)
{
	const struct answer_case *answer = peer->more;
	size_t length = strlen(answer->again), have = 0;
	char block[1 << 14];

	while (have + length <= sizeof(block) && peer->times < answer->times) {
		memcpy(block + have, answer->again, length);
		have += length;
		peer->times++;
	}
	if (send(socket->fd, block, have, MSG_NOSIGNAL) < 0) {
		hang_up(socket);
	} else if (peer->times == answer->times) {
		peer->more = NULL;
		end_answer(socket, peer, answer->then);
	}
}

/* Answers the requests that are there: "GET /ITEM ...", in their order. */
static void take_requests(struct pollfd *socket, struct peer *peer,
	const struct answer_case *table)
{
	while (socket->fd >= 0 && !peer->over && !peer->more) {
		char *end = memmem(peer->received, peer->length, "\r\n\r\n", 4);
		size_t item;

		if (!end)
			return;
		item = strtoul(peer->received + strlen("GET /"), NULL, 10);
		end += 4;
		peer->length -= (size_t)(end - peer->received);
		memmove(peer->received, end, peer->length);
		begin_answer(socket, peer, &table[item]);
	}
}

static void receive(struct pollfd *socket, struct peer *peer,
	const struct answer_case *table)
{
	ssize_t n;

	if (peer->over)
		peer->length = 0;
	n = recv(socket->fd, peer->received + peer->length,
		sizeof(peer->received) - peer->length, 0);
	if (n <= 0) {
		hang_up(socket);
		return;
	}
	peer->length += (size_t)n;
	take_requests(socket, peer, table);
}

static void welcome(int listener, struct pollfd sockets[], struct peer peers[])
{
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (sockets[i].fd < 0) {
			sockets[i].fd = accept(listener, NULL, NULL);
			memset(&peers[i], 0, sizeof(peers[i]));
			return;
		}
	abort();
}

static _Noreturn void play(int listener, const struct answer_case *table)
{
	struct pollfd sockets[CONNECTIONS + 1];
	struct peer *peers = calloc(CONNECTIONS, sizeof(*peers));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < CONNECTIONS; i++)
		sockets[i].fd = -1;
	sockets[CONNECTIONS] = (struct pollfd){listener, POLLIN, 0};
	while (peers) {
		for (size_t i = 0; i < CONNECTIONS; i++)
			sockets[i].events = peers[i].more ? POLLOUT : POLLIN;
		if (poll(sockets, CONNECTIONS + 1, -1) < 0)
			break;
		for (size_t i = 0; i < CONNECTIONS; i++) {
			if (sockets[i].fd < 0 || !sockets[i].revents)
				continue;
			if (peers[i].more)
				go_on(&sockets[i], &peers[i]);
			else
				receive(&sockets[i], &peers[i], table);
		}
		if (sockets[CONNECTIONS].revents)
			welcome(listener, sockets, peers);
	}
	_exit(EXIT_FAILURE);
}

/* Starts that server; port: where it listens. Returns its process. */
static pid_t start_server(const struct answer_case *table, unsigned *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	assert_return_code(listener, errno);
	assert_return_code(
		bind(listener, (struct sockaddr *)&address, length), errno);
	assert_return_code(listen(listener, CONNECTIONS), errno);
	assert_return_code(
		getsockname(listener, (struct sockaddr *)&address, &length),
		errno);
	*port = ntohs(address.sin_port);
	pid = fork();
	assert_return_code(pid, errno);
	if (pid == 0)
		play(listener, table);
	close(listener);
	return pid;
}

/* A trial in which item i is answered by table[which[i]]. */
static void run_table(struct bench *bench, struct run *run,
	const struct answer_case *table, const size_t *which, size_t n,
	unsigned concurrency, unsigned timeout_ms)
{
	struct fr_error err;
	const char *urls[ANSWERS];
	char text[ANSWERS][64];
	unsigned port;

	/* A trial leaves but one process of ours alone. */
	bench_stop_server(bench);
	bench->pid = start_server(table, &port);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(text[i], sizeof(text[i]),
			"http://127.0.0.1:%u/%zu", port, which[i]);
		urls[i] = text[i];
	}
	run_start(bench, run, n, concurrency, timeout_ms, urls);
	assert_int_equal(trial_run(&run->result, &run->spec, &err), 0);
	bench_stop_server(bench);
	assert_int_equal(bench_start_server(bench), 0);
	assert_int_equal(run->result.end, TRIAL_COMPLETED);
	assert_int_equal(run->result.error, 0);
	assert_int_equal(run->result.left_behind, 0);
}

/* Whether the strategy speaks HTTP/1 with the network. */
static bool reads_answers(const struct bench *bench)
{
	return !(bench->strategy->flags & (FR_NO_NETWORK | FR_HTTP2));
}

/* Prints what is not as it must be; returns whether anything is. */
static bool differs(
	const struct fr_sample *sample, const struct answer_case *want)
{
	size_t length = strlen(want->body);
	bool right = sample->status == want->status &&
		sample->http_status == want->http_status &&
		sample->error == want->error && sample->body_bytes == length &&
		sample->body_hash == XXH3_64bits(want->body, length);

	if (!right)
		fprintf(stderr,
			"%.*s\nis %u, HTTP %u, error %d, %llu bytes; wanted "
			"%d, HTTP %u, error %d, %zu bytes\n",
			(int)want->length, want->text, sample->status,
			sample->http_status, sample->error,
			(unsigned long long)sample->body_bytes, want->status,
			want->http_status, want->error, length);
	return !right;
}

void an_answer_means_the_same_to_every_strategy(void **state)
{
	static const unsigned concurrencies[] = {1, 5};
	struct bench *bench = *state;
	unsigned wrong = 0;

	if (!reads_answers(bench) || is_misread(bench))
		skip();
	for (size_t c = 0; c < 2; c++) {
		size_t which[ANSWERS], n = 0;
		struct run run;

		for (size_t i = 0; i < ANSWERS; i++)
			if (concurrencies[c] == 1 || !answers[i].alone)
				which[n++] = i;
		run_table(bench, &run, answers, which, n, concurrencies[c],
			PATIENCE_MS);
		for (size_t i = 0; i < n; i++)
			wrong += differs(
				&run.result.samples[i], &answers[which[i]]);
		trial_release(&run.result);
	}
	assert_int_equal(wrong, 0);
}

void an_answer_without_end_is_given_up_in_time(void **state)
{
	struct bench *bench = *state;
	size_t which[ENDLESS];
	struct run run;

	if (!reads_answers(bench) || is_misread(bench))
		skip();
	for (size_t i = 0; i < ENDLESS; i++)
		which[i] = i;
	run_table(bench, &run, endless, which, ENDLESS, ENDLESS, 200);
	for (size_t i = 0; i < ENDLESS; i++)
		assert_int_equal(run.result.samples[i].status, FR_TIMEOUT);
	trial_release(&run.result);
}
