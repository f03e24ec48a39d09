/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the harness's HTTP client: what the server answers is arbitrary. The
 * first byte says into pieces of which size the answer is cut, which must make
 * no difference; its top bit asks for a body that is handed on in pieces.
 */
#include <errno.h>
#include <sys/socket.h>

#include "harness/server/http.h"
#include "tests/fuzz/fuzz.h"

enum { PIECES_MAX = 64 };

/* The answer, and the server's end of the connection. */
static struct scene {
	const uint8_t *data;
	size_t size, piece;
	int server;
	uint64_t handed_on; /* bytes of the body, and their sum */
	uint64_t sum;
} scene;

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
int __wrap_http_probe(struct http_client *client, struct fr_error *err);

/* The client has sent its request: the server answers, and ends. */
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t all = 0;

	(void)fd, (void)flags;
	for (size_t at = 0; at < scene.size; at += scene.piece) {
		size_t left = scene.size - at;
		size_t n = left < scene.piece ? left : scene.piece;

		require(send(scene.server, scene.data + at, n, 0) ==
			(ssize_t)n);
	}
	(void)close(scene.server);
	scene.server = -1;
	for (size_t i = 0; i < message->msg_iovlen; i++)
		all += (ssize_t)message->msg_iov[i].iov_len;
	return all;
}

/* The server accepts no second connection. */
int __wrap_http_probe(struct http_client *client, struct fr_error *err)
{
	(void)client;
	return fr_error_set(err, EXIT_INVALID, "no second connection");
}

static int hand_on(void *ctx, const char *bytes, size_t length)
{
	(void)ctx;
	for (size_t i = 0; i < length; i++)
		scene.sum = scene.sum * 31 + (uint8_t)bytes[i];
	scene.handed_on += length;
	return 0;
}

static int exchange(struct http_answer *answer, bool fetch, size_t piece)
{
	struct http_client client = {.origin = {"127.0.0.1", "1"},
		.step_ms = 1000,
		.whole_ms = 2000};
	struct fr_error err = {0};
	int fds[2], rc;

	/* A piece that is sent is received as it is. */
	require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) ==
		0);
	client.fd = fds[0];
	scene.server = fds[1];
	scene.piece = piece;
	scene.handed_on = scene.sum = 0;
	rc = fetch ? http_fetch(&client, "/", hand_on, NULL, answer, &err)
		   : http_exchange(&client, "GET", "/", NULL, answer, &err);
	require(rc == 0 || err.text[0] != '\0');
	if (scene.server >= 0)
		(void)close(scene.server);
	http_client_close(&client);
	return rc;
}

static void compare(const struct http_answer *a, const struct http_answer *b)
{
	require(a->status == b->status && a->length == b->length);
	require(a->status >= 100 && a->status <= 999);
	require(a->dropped == b->dropped && a->epoch == b->epoch);
	require(a->by_flagrace == b->by_flagrace);
	if (a->body)
		require(memcmp(a->body, b->body, a->length + 1) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_answer whole = {0}, cut = {0};
	uint64_t handed_on, sum;
	size_t piece;
	bool fetch;
	int rc;

	if (size < 2)
		return 0;
	fetch = data[0] & 0x80;
	scene.data = data + 1;
	scene.size = size - 1;
	piece = (data[0] & 0x7f) + scene.size / PIECES_MAX + 1;
	rc = exchange(&whole, fetch, size);
	handed_on = scene.handed_on;
	sum = scene.sum;
	require(exchange(&cut, fetch, piece) == rc);
	if (rc == 0) {
		compare(&whole, &cut);
		require(scene.handed_on == handed_on && scene.sum == sum);
	}
	http_answer_release(&whole);
	http_answer_release(&cut);
	return 0;
}
