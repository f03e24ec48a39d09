/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of sessions share: a session whose server is the test. */
#ifndef TEST_HARNESS_SESSION_H
#define TEST_HARNESS_SESSION_H

#include "test_harness.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/xxh3.h"
#include "harness/client/session.h"

enum { N = 3, SLOTS = 2 };

/* Frames (RFC 9113, 4.1): length, type, flags, stream; then the payload. */
#define FRAME(length, type, flags, stream) \
	"\0\0" length type flags "\0\0\0" stream
#define SETTINGS          FRAME("\0", "\4", "\0", "\0")
#define OK(stream)        FRAME("\1", "\1", "\4", stream) "\x88"
#define NOT_FOUND(stream) FRAME("\1", "\1", "\4", stream) "\x8d"
#define CONTINUE(stream)                \
	FRAME("\5", "\1", "\4", stream) \
	"\x08\x03"                      \
	"100"
#define BODY(stream)       FRAME("\4", "\0", "\1", stream) "BODY"
#define RST_STREAM(stream) FRAME("\4", "\3", "\0", stream) "\0\0\0\2"
#define REFUSED(stream)    FRAME("\4", "\3", "\0", stream) "\0\0\0\7"
#define PING               FRAME("\10", "\6", "\0", "\0") "12345678"
#define GOAWAY(stream, code) \
	FRAME("\10", "\7", "\0", "\0") "\0\0\0" stream "\0\0\0" code

struct bytes {
	const char *at;
	size_t length;
};
#define OF(text)                       \
	{                              \
		text, sizeof(text) - 1 \
	}
#define BYTES(text) ((struct bytes)OF(text))

struct bench {
	struct fr_http http;
	struct fr_sample samples[N];
	const char *urls[N];
	char url[64];
	struct fr_job job;
	struct fr_session_items items;
	struct fr_session *session;
	int listener;
};

static inline void bench_open(struct bench *bench, size_t n)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	*bench = (struct bench){.http.timeout_ms = 60000};
	bench->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(bench->listener, (struct sockaddr *)&address,
				   sizeof(address)),
		0);
	assert_return_code(listen(bench->listener, 8), 0);
	assert_return_code(getsockname(bench->listener,
				   (struct sockaddr *)&address, &length),
		0);
	(void)snprintf(bench->url, sizeof(bench->url), "http://127.0.0.1:%u/x",
		ntohs(address.sin_port));
	for (size_t i = 0; i < N; i++)
		bench->urls[i] = bench->url;
	bench->job = (struct fr_job){
		.n = n,
		.concurrency = SLOTS,
		.urls = bench->urls,
		.trial = "t1",
		.http = &bench->http,
		.samples = bench->samples,
	};
	assert_int_equal(fr_session_open(&bench->session, &bench->job,
				 &bench->items, 0, SLOTS),
		0);
}

static inline void bench_close(struct bench *bench)
{
	fr_session_close(bench->session);
	if (bench->listener >= 0)
		close(bench->listener);
}

/* A connection without a socket, all slots' items requested on it. */
static inline void request(struct bench *bench)
{
	assert_int_equal(frames_begin(bench->session), 0);
	session_take(bench->session);
	frames_request(bench->session);
	bench->session->sent = bench->session->length = 0;
	assert_int_equal(frames_compose(bench->session), 0);
	assert_true(bench->session->length > 0);
}

static inline int receive(struct bench *bench, struct bytes bytes)
{
	return frames_read(bench->session, bytes.at, bytes.length, 1);
}

/*
 * Serves until all is done, with a server that answers each connection's first
 * bytes with the same bytes, says no more, and leaves it when there is another
 * one.
 */
static inline void serve_all(struct bench *bench, struct bytes bytes)
{
	struct pollfd wait[3] = {{.fd = bench->listener, .events = POLLIN},
		{.fd = -1, .events = POLLIN}};
	int server = -1;

	while (fr_session_serve(bench->session)) {
		if (fr_session_waits(bench->session, &wait[2]) > 0)
			(void)poll(wait, 3, -1);
		if (poll(wait, 1, 0) == 1) {
			if (server >= 0)
				close(server);
			server = accept(bench->listener, NULL, NULL);
			assert_return_code(server, 0);
			wait[1].fd = server;
		}
		if (wait[1].fd < 0 || poll(&wait[1], 1, 0) != 1)
			continue;
		wait[1].fd = -1;
		assert_int_equal(
			send(server, bytes.at, bytes.length, MSG_NOSIGNAL),
			bytes.length);
	}
	if (server >= 0)
		close(server);
}

static inline void assert_ok(const struct fr_sample *sample)
{
	assert_int_equal(sample->status, FR_OK);
	assert_int_equal(sample->http_status, 200);
	assert_int_equal(sample->body_bytes, 4);
	assert_true(sample->body_hash == XXH3_64bits("BODY", 4));
}

#endif
