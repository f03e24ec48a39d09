/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the server's side of HTTP/2: frames are built from the input, time and
 * the room of the socket are what the input says. The first byte chooses the
 * fault. Steps follow, each with a byte that says what it does and an argument:
 *
 *   0  receives as many bytes as they are
 *   1  receives a frame whose length is right: type, flags, stream, payload
 *   2  receives HEADERS of a request on the next stream, by the table below
 *   3  receives HEADERS with a field of its own: a name of the table, a value
 *   4  receives DATA of a stream; its top bit ends the stream
 *   5  receives WINDOW_UPDATE of a stream, or of the connection
 *   6  receives SETTINGS: a window or a frame size
 *   7  receives RST_STREAM
 *   8  makes room in the socket, and writes
 *   9  lets time pass, and fires the timers
 *   10 changes the server's settings
 *   11 ends after the streams that there are
 *   12 breaks the socket
 *
 * The frames that come out are well formed, and each body that is not cut on
 * purpose has the length that its head says. In the end nothing is in flight.
 */
#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "mock_server/channel.h"
#include "mock_server/content.h"
#include "mock_server/control.h"
#include "mock_server/error.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/service.h"
#include "tests/fuzz/fuzz.h"

enum { STEPS_MAX = 256, FRAME_HEAD = 9, FRAME_MAX = 16384, STREAMS = 1024 };

/* "truncate" comes first: only it ends a body before its length. */
static const char *const faults[] = {"truncate:50%", "none", "503:50%",
	"reset:50%", "reset-body:50%", "close:50%", "goaway:50%", "refused:50%",
	"stall:50%", "slow-body:1kB/s:50%"};
static const char *const forms[] = {"latency=5ms", "latency=0ms",
	"capacity=1&latency=5ms", "bandwidth=10kB/s", "limit=1/s,burst=1",
	"capacity=2,1@1s", "seed=2"};
static const struct {
	const char *method, *path;
} requests[] = {{"GET", "/flags/cn/cn.gif?t=t/1/1"},
	{"HEAD", "/flags/fr/fr.gif?t=t/2/1"}, {"GET", "/none"},
	{"PUT", "/_flagrace/config"}, {"GET", "/_flagrace/stats"},
	{"GET", "/_flagrace/witness?trial=t"}, {"OPTIONS", "*"},
	{"TRACE", "/flags/cn/cn.gif"}};
static const char *const names[] = {"if-none-match", "range", "expect", "host",
	"origin", "flagrace-token", "x-flagrace-item", ":path", "if-range",
	"content-length", "te", "x"};

/* A stream as a client sees it. */
struct seen {
	uint64_t length, body;
	bool has_length, ended;
};

static struct scene {
	struct loop loop;
	struct channel channel;
	struct http2 *http2;
	const uint8_t *at;
	size_t left;
	uint64_t now_ns;
	uint32_t next; /* the stream of the next request */
	size_t room;   /* of the socket */
	bool broken;   /* the socket */
	bool over;     /* the connection is to be closed */
	bool cuts;     /* a fault may end a body early */
	nghttp2_hd_inflater *inflater;
	uint8_t out[FRAME_HEAD + FRAME_MAX];
	size_t out_length; /* of an unfinished frame */
	struct seen seen[STREAMS];
} scene;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
ssize_t __wrap_channel_send(
	struct channel *channel, const void *bytes, size_t length);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	now->tv_sec = (time_t)(scene.now_ns / 1000000000u);
	now->tv_nsec = (long)(scene.now_ns % 1000000000u);
	return 0;
}

static void see_field(struct seen *seen, const nghttp2_nv *field)
{
	static const char name[] = "content-length";

	if (field->namelen != sizeof(name) - 1 ||
		memcmp(field->name, name, field->namelen) != 0)
		return;
	seen->has_length = true;
	seen->length = 0;
	for (size_t i = 0; i < field->valuelen; i++)
		seen->length =
			seen->length * 10 + (uint64_t)(field->value[i] - '0');
}

static void see_head(struct seen *seen, const uint8_t *block, size_t length)
{
	int flags = 0;

	while (!(flags & NGHTTP2_HD_INFLATE_FINAL)) {
		nghttp2_nv field;
		ssize_t n = nghttp2_hd_inflate_hd2(
			scene.inflater, &field, &flags, block, length, 1);

		require(n >= 0);
		block += n;
		length -= (size_t)n;
		if (flags & NGHTTP2_HD_INFLATE_EMIT)
			see_field(seen, &field);
	}
	(void)nghttp2_hd_inflate_end_headers(scene.inflater);
}

/* A frame has come out. The server's own streams are odd: the client's. */
static void see_frame(const uint8_t *frame, size_t length)
{
	uint32_t stream = (uint32_t)frame[5] << 24 | (uint32_t)frame[6] << 16 |
		(uint32_t)frame[7] << 8 | frame[8];
	struct seen *seen = &scene.seen[stream / 2 % STREAMS];
	uint8_t type = frame[3], flags = frame[4];

	if (type != NGHTTP2_DATA && type != NGHTTP2_HEADERS)
		return;
	require(stream % 2 && !seen->ended);
	seen->ended = flags & NGHTTP2_FLAG_END_STREAM;
	if (type == NGHTTP2_HEADERS) {
		require(flags & NGHTTP2_FLAG_END_HEADERS);
		see_head(seen, frame + FRAME_HEAD, length);
		return;
	}
	seen->body += length;
	require(!seen->has_length || seen->body <= seen->length);
	if (seen->ended && !scene.cuts)
		require(seen->has_length && seen->body == seen->length);
}

static void see(const uint8_t *bytes, size_t length)
{
	while (length) {
		size_t have = scene.out_length, whole = FRAME_HEAD, n;

		if (have >= FRAME_HEAD)
			whole += (size_t)scene.out[0] << 16 |
				(size_t)scene.out[1] << 8 | scene.out[2];
		require(whole <= sizeof(scene.out));
		n = whole - have < length ? whole - have : length;
		memcpy(scene.out + have, bytes, n);
		bytes += n;
		length -= n;
		scene.out_length += n;
		if (scene.out_length < FRAME_HEAD)
			return;
		whole = FRAME_HEAD +
			((size_t)scene.out[0] << 16 |
				(size_t)scene.out[1] << 8 | scene.out[2]);
		if (scene.out_length < whole)
			continue;
		see_frame(scene.out, whole - FRAME_HEAD);
		scene.out_length = 0;
	}
}

ssize_t __wrap_channel_send(
	struct channel *channel, const void *bytes, size_t length)
{
	(void)channel;
	if (scene.broken)
		return -ECONNRESET;
	if (!scene.room)
		return -EAGAIN;
	if (length > scene.room)
		length = scene.room;
	scene.room -= length;
	see(bytes, length);
	return (ssize_t)length;
}

/* Passes a copy, so that a read beyond its end is noticed. */
static void receive(const void *bytes, size_t length)
{
	char *copy = fuzz_text(bytes, length);

	if (!scene.over)
		scene.over = http2_receive(scene.http2, copy, length,
				     scene.now_ns) != 0;
	free(copy);
}

static void receive_frame(unsigned type, unsigned flags, uint32_t stream,
	const void *payload, size_t length)
{
	uint8_t frame[FRAME_HEAD + 512] = {0, (uint8_t)(length >> 8),
		(uint8_t)length, (uint8_t)type, (uint8_t)flags,
		(uint8_t)(stream >> 24), (uint8_t)(stream >> 16),
		(uint8_t)(stream >> 8), (uint8_t)stream};

	require(length <= sizeof(frame) - FRAME_HEAD);
	if (length)
		memcpy(frame + FRAME_HEAD, payload, length);
	receive(frame, FRAME_HEAD + length);
}

/* Up to so many bytes of the input. */
static const uint8_t *take(size_t *length)
{
	const uint8_t *bytes = scene.at;

	if (*length > scene.left)
		*length = scene.left;
	scene.at += *length;
	scene.left -= *length;
	return bytes;
}

/* A literal field that is not indexed, with a new name: RFC 7541, 6.2.2. */
static size_t put_field(
	uint8_t *block, const char *name, const void *value, size_t length)
{
	size_t n = strlen(name);

	block[0] = 0;
	block[1] = (uint8_t)n;
	memcpy(block + 2, name, n);
	block[2 + n] = (uint8_t)length;
	if (length)
		memcpy(block + 3 + n, value, length);
	return n + length + 3;
}

static void receive_request(uint8_t choice, const char *name)
{
	const unsigned which = choice % (sizeof(requests) / sizeof(*requests));
	const char *method = requests[which].method;
	const char *path = requests[which].path;
	uint8_t block[512];
	size_t length = 64;
	const uint8_t *value = name ? take(&length) : NULL;
	size_t n = put_field(block, ":method", method, strlen(method));

	n += put_field(block + n, ":scheme", "http", 4);
	n += put_field(block + n, ":path", path, strlen(path));
	n += put_field(block + n, ":authority", "x", 1);
	if (name)
		n += put_field(block + n, name, value, length);
	receive_frame(NGHTTP2_HEADERS,
		NGHTTP2_FLAG_END_HEADERS |
			(choice & 0x80 ? 0 : NGHTTP2_FLAG_END_STREAM),
		scene.next, block, n);
	scene.next += 2;
}

static void receive_some_frame(size_t length)
{
	size_t three = 3;
	const uint8_t *head = take(&three), *payload;

	if (three < 3)
		return;
	payload = take(&length);
	receive_frame(head[0], head[1], head[2], payload, length);
}

static void change_settings(uint8_t choice)
{
	struct service *service = scene.loop.service;
	struct mock_error err = {""};
	struct settings settings = settings_copy(&service->settings);
	const char *form = forms[choice % (sizeof(forms) / sizeof(*forms))];

	require(settings_apply_form(
			&settings, form, strlen(form), NULL, &err) == 0);
	(void)pthread_mutex_lock(&service->lock);
	require(service_configure(service, &settings) == 0);
	(void)pthread_mutex_unlock(&service->lock);
}

static void write_out(void)
{
	int rc = scene.over ? 0 : http2_write(scene.http2, &scene.channel);

	scene.over |= rc && rc != -EAGAIN;
	if (!scene.over)
		scene.over = http2_is_over(scene.http2);
}

/* A timer has made something to write. */
static void due(void *who)
{
	(void)who;
	write_out();
}

static void pass_time(uint8_t much)
{
	scene.now_ns += (uint64_t)much * much * 100000u;
	(void)loop_stamp(&scene.loop);
	timers_expire(&scene.loop.timers, scene.now_ns);
	service_deliver(scene.loop.service, &scene.loop.mailbox);
}

static void receive_by_step(uint8_t what, uint8_t much)
{
	const uint32_t stream = 2u * (much & 0x3f) + 1;
	const uint8_t step[4] = {0, 0, much, 1};
	const uint8_t setting[6] = {
		0, much & 1 ? 4 : 5, 0, 0, much & 1 ? much : 0x40, 0};
	size_t length = much;
	const uint8_t *bytes;

	if (what == 0) {
		bytes = take(&length);
		receive(bytes, length);
	} else if (what == 1) {
		receive_some_frame(length);
	} else if (what == 2) {
		receive_request(much, NULL);
	} else if (what == 3) {
		receive_request(much & 0x80,
			names[much % (sizeof(names) / sizeof(*names))]);
	} else if (what == 4) {
		length = 32;
		bytes = take(&length);
		receive_frame(NGHTTP2_DATA, much >> 7, stream, bytes, length);
	} else if (what == 5) {
		receive_frame(NGHTTP2_WINDOW_UPDATE, 0,
			much & 0x80 ? 0 : stream, step, 4);
	} else if (what == 6) {
		receive_frame(NGHTTP2_SETTINGS, 0, 0, setting, 6);
	} else {
		receive_frame(NGHTTP2_RST_STREAM, 0, stream, step, 4);
	}
}

static void step(uint8_t what, uint8_t much)
{
	switch (what % 13) {
	case 8:
		scene.room += (size_t)much * 64;
		break;
	case 9:
		pass_time(much);
		break;
	case 10:
		change_settings(much);
		break;
	case 11:
		if (!scene.over)
			http2_drain(scene.http2);
		break;
	case 12:
		scene.broken = true;
		break;
	default:
		receive_by_step(what % 13, much);
		break;
	}
	/* As connection.c: nothing is read from a client that reads nothing. */
	write_out();
}

static void play(const uint8_t *data, size_t size)
{
	scene.at = data;
	scene.left = size;
	receive(http2_preface, HTTP2_PREFACE);
	receive_frame(NGHTTP2_SETTINGS, 0, 0, NULL, 0);
	for (int n = 0; n < STEPS_MAX && scene.left >= 2 && !scene.over; n++) {
		scene.at += 2;
		scene.left -= 2;
		step(scene.at[-2], scene.at[-1]);
	}
	http2_free(scene.http2);
	nghttp2_hd_inflate_del(scene.inflater);
	require(scene.loop.timers.count == 0);
	timers_release(&scene.loop.timers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct content *content; /* drawing takes too long each time */
	struct mock_error err = {""};
	struct settings settings;
	struct service service;
	struct control control;
	struct origin origin = {.connection = 1, .fd = -1};
	unsigned fault =
		size ? data[0] % (sizeof(faults) / sizeof(*faults)) : 0;

	if (size < 1)
		return 0;
	memset(&scene, 0, sizeof(scene));
	scene.now_ns = 1000000000u;
	scene.next = 1;
	scene.room = 1 << 16;
	scene.cuts = fault == 0;
	if (!content)
		require(!content_create(&content, -1, 0));
	settings_init(&settings);
	require(settings_set(&settings, "fault", faults[fault], &err) == 0);
	require(service_init(&service, &settings, content, NULL) == 0);
	control_init(&control, &service);
	scene.loop.service = &service;
	scene.loop.control = &control;
	scene.loop.mailbox.wake_fd = -1;
	(void)snprintf(scene.loop.date, sizeof(scene.loop.date),
		"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	timers_init(&scene.loop.timers);
	origin.mailbox = &scene.loop.mailbox;
	require(nghttp2_hd_inflate_new(&scene.inflater) == 0);
	require(http2_create(&scene.http2, &scene.loop, &origin, due, NULL) ==
		0);
	play(data + 1, size - 1);
	require(service.in_flight == 0 && service.capacity.served == 0);
	control_release(&control);
	service_release(&service);
	return 0;
}
