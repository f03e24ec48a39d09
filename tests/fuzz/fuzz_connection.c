/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a connection of the server, in HTTP/1 or HTTP/2: bytes in, events of
 * its loop, bytes out. The first byte chooses what goes wrong on purpose. Steps
 * follow, each with a byte that says what it does and one that says how much:
 *
 *   0  sends as many bytes as they are
 *   1  begins HTTP/2: the preface and an empty SETTINGS
 *   2  sends a frame of HTTP/2 whose length is right: type, flags, stream, and
 *      then the payload
 *   3  sends HEADERS of a GET, on stream 2 n + 1
 *   4  reads what has come, as many bytes of it
 *   5  ends the client's output
 *
 * When the client is gone, nothing is left in flight, and no memory.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/connection.h"
#include "mock_server/content.h"
#include "mock_server/control.h"
#include "mock_server/error.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/service.h"
#include "tests/fuzz/fuzz.h"

enum { STEPS_MAX = 64, FRAME_HEAD = 9, WAITS_MAX = 8 };

static const char *const faults[] = {"none", "503:50%", "reset:50%",
	"reset-body:50%", "truncate:50%", "close:50%", "goaway:50%",
	"refused:50%", "stall:50%"};

/* One connection, its loop, and a client that does what the input says. */
struct scene {
	struct loop loop; /* must be first: see scene_of */
	struct connections connections;
	int client; /* the socket; -1: closed */
	const uint8_t *at;
	size_t left;
	int steps, waits;
};

static struct scene *scene_of(struct loop *loop)
{
	return (struct scene *)(void *)loop;
}

static void put(struct scene *scene, const void *bytes, size_t length)
{
	(void)send(scene->client, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void put_frame(struct scene *scene, unsigned type, unsigned flags,
	unsigned stream, const uint8_t *payload, size_t length)
{
	const uint8_t head[FRAME_HEAD] = {(uint8_t)(length >> 16),
		(uint8_t)(length >> 8), (uint8_t)length, (uint8_t)type,
		(uint8_t)flags, 0, 0, 0, (uint8_t)stream};

	put(scene, head, sizeof(head));
	put(scene, payload, length);
}

/* :method GET, :scheme http, :path, :authority: RFC 7541, appendix A. */
static void put_get(struct scene *scene, unsigned stream)
{
	static const char path[] = "/flags/cn/cn.gif?t=t/1/1";
	uint8_t block[64] = {0x82, 0x86, 0x04, sizeof(path) - 1};
	size_t length = 4;

	memcpy(block + length, path, sizeof(path) - 1);
	length += sizeof(path) - 1;
	memcpy(block + length, "\x01\x01x", 3);
	length += 3;
	/* END_STREAM, END_HEADERS */
	put_frame(scene, 1, 5, (2 * stream + 1) & 0xff, block, length);
}

/* Up to so many bytes of the input. */
static const uint8_t *take(struct scene *scene, size_t *length)
{
	const uint8_t *bytes = scene->at;

	if (*length > scene->left)
		*length = scene->left;
	scene->at += *length;
	scene->left -= *length;
	return bytes;
}

static void step_frame(struct scene *scene, size_t much)
{
	size_t three = 3, length = much;
	const uint8_t *head = take(scene, &three), *payload;

	if (three < 3)
		return;
	payload = take(scene, &length);
	put_frame(scene, head[0], head[1], head[2], payload, length);
}

static void step(struct scene *scene)
{
	uint8_t what = scene->at[0] % 6;
	size_t much = scene->at[1];
	char answer[256];

	scene->at += 2;
	scene->left -= 2;
	switch (what) {
	case 0:
		put(scene, take(scene, &much), much);
		break;
	case 1:
		put(scene, http2_preface, HTTP2_PREFACE);
		put_frame(scene, 4, 0, 0, NULL, 0);
		break;
	case 2:
		step_frame(scene, much);
		break;
	case 3:
		put_get(scene, (unsigned)much);
		break;
	case 4:
		(void)recv(scene->client, answer, much, MSG_DONTWAIT);
		break;
	case 5:
		(void)shutdown(scene->client, SHUT_WR);
		break;
	}
}

/* The loop is about to wait: the client makes its next step, or goes. */
static void before_wait(struct loop *loop)
{
	const uint64_t one = 1;
	struct scene *scene = scene_of(loop);

	connections_free_closed(&scene->connections);
	if (scene->left >= 2 && scene->steps++ < STEPS_MAX) {
		step(scene);
	} else if (scene->waits++ == WAITS_MAX) {
		/* What was sent has been read: the client goes. */
		(void)close(scene->client);
		scene->client = -1;
	} else if (scene->waits > 2 * WAITS_MAX) {
		/* What waits for a time of its own is given up. */
		connections_close(&scene->connections);
		connections_free_closed(&scene->connections);
	}
	loop->done = scene->connections.count == 0;
	require(write(loop->mailbox.wake_fd, &one, sizeof(one)) > 0);
}

static void play(struct service *service, struct control *control,
	const uint8_t *data, size_t size)
{
	static struct scene scene;
	int fds[2];

	memset(&scene, 0, sizeof(scene));
	require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			0, fds) == 0);
	scene.client = fds[1];
	scene.at = data;
	scene.left = size;
	require(loop_open(&scene.loop, service, control) == 0);
	scene.loop.before_wait = before_wait;
	require(connection_open(&scene.connections, &scene.loop, fds[0]) == 0);
	require(loop_run(&scene.loop) == 0);
	connections_free_closed(&scene.connections);
	if (scene.client >= 0)
		(void)close(scene.client);
	loop_close(&scene.loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct content *content; /* drawing takes too long each time */
	struct mock_error err = {""};
	struct settings settings;
	struct service service;
	struct control control;

	if (size < 1)
		return 0;
	if (!content)
		require(!content_create(&content, -1, 0));
	settings_init(&settings);
	require(settings_set(&settings, "fault",
			faults[data[0] % (sizeof(faults) / sizeof(*faults))],
			&err) == 0);
	require(service_init(&service, &settings, content, NULL) == 0);
	control_init(&control, &service);
	play(&service, &control, data + 1, size - 1);
	require(service.in_flight == 0 && service.capacity.served == 0);
	require(service.connections_open == 0);
	control_release(&control);
	service_release(&service);
	return 0;
}
