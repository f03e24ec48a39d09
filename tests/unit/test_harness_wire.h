/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of wires share: wires without a socket. The test is the server.
 */
#ifndef TEST_HARNESS_WIRE_H
#define TEST_HARNESS_WIRE_H

#include "test_harness.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <flagrace/strategy.h>
#include <flagrace/wire.h>

#include "harness/base/clock.h"
#include "harness/base/xxh3.h"
#include "harness/client/wire.h"

enum { N = 8 };

#define ORIGIN "http://127.0.0.1:8001"
#define REQUEST_AGAIN(path, item, attempt)                  \
	"GET " path " HTTP/1.1\r\nHost: 127.0.0.1:8001\r\n" \
	"X-Flagrace-Item: t1/" item "/" attempt "\r\n\r\n"
#define REQUEST(path, item) REQUEST_AGAIN(path, item, "1")

struct bench {
	struct fr_http http;
	struct fr_sample samples[N];
	const char *urls[N];
	struct fr_job job;
	struct fr_wires *wires;
	struct fr_wire *wire; /* the first one */
};

static inline void bench_open(
	struct bench *bench, size_t n, unsigned concurrency, unsigned count)
{
	*bench = (struct bench){.http.timeout_ms = 60000};
	for (size_t i = 0; i < N; i++)
		bench->urls[i] = i % 2 ? ORIGIN "/odd" : ORIGIN "/even.gif";
	bench->job = (struct fr_job){
		.n = n,
		.concurrency = concurrency,
		.urls = bench->urls,
		.trial = "t1",
		.http = &bench->http,
		.samples = bench->samples,
	};
	assert_int_equal(fr_wires_open(&bench->wires, &bench->job, count), 0);
	bench->wire = fr_wires_at(bench->wires, 0);
}

static inline void bench_close(struct bench *bench)
{
	fr_wires_close(bench->wires);
}

static inline void send_all(struct fr_wire *wire)
{
	size_t length;

	assert_true(fr_wire_fill(wire));
	fr_wire_request(wire, &length);
	assert_true(length > 0);
	fr_wire_sent(wire, length);
}

/* The wire has something to send on a new connection: make it, and send. */
static inline void connect_and_send(struct fr_wire *wire)
{
	assert_true(fr_wire_fill(wire));
	fr_wire_connected(wire);
	send_all(wire);
}

static inline bool receive(struct fr_wire *wire, const char *text)
{
	return fr_wire_received(wire, text, strlen(text));
}

#define HEAD(status, length) \
	"HTTP/1.1 " status " words\r\nContent-Length: " length "\r\n\r\n"
#define ANSWER HEAD("200", "4") "BODY"

static inline void assert_ok(const struct fr_sample *sample, const char *body)
{
	/* gcc 12 warns of array bounds in the hash of a short constant. */
	const char *volatile bytes = body;

	assert_int_equal(sample->status, FR_OK);
	assert_int_equal(sample->http_status, 200);
	assert_int_equal(sample->error, 0);
	assert_int_equal(sample->body_bytes, strlen(body));
	assert_true(sample->body_hash == XXH3_64bits(bytes, strlen(body)));
	assert_true(sample->start_ns > 0);
	assert_true(sample->first_byte_ns >= sample->start_ns);
	assert_true(sample->end_ns >= sample->first_byte_ns);
}

static inline void assert_failed(const struct fr_sample *sample, int error)
{
	assert_int_equal(sample->status,
		error == CURLE_OPERATION_TIMEDOUT ? FR_TIMEOUT : FR_NET_ERROR);
	assert_int_equal(sample->error, error);
	assert_true(sample->end_ns >= sample->start_ns);
}

static inline bool is_later(struct timespec due)
{
	return due.tv_sec > 0 || due.tv_nsec > 0;
}

#endif
