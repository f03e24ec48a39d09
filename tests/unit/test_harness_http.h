/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the harness's HTTP client share: a peer on loopback, in a
 * process of its own, which answers with bytes that a test chooses.
 */
#ifndef TEST_HARNESS_HTTP_H
#define TEST_HARNESS_HTTP_H

#include "test_harness.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/server/http.h"

struct peer {
	struct http_client client;
	int listener, heard; /* heard: the request comes back through it */
	pid_t pid;
};

static inline void listen_on_loopback(struct peer *peer)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(peer->listener >= 0);
	assert_int_equal(bind(peer->listener, (struct sockaddr *)&address,
				 sizeof(address)),
		0);
	assert_int_equal(listen(peer->listener, 1), 0);
	assert_int_equal(getsockname(peer->listener,
				 (struct sockaddr *)&address, &length),
		0);
	(void)http_client_init(&peer->client, "http://0.0.0.0", NULL);
	(void)snprintf(peer->client.origin.host,
		sizeof(peer->client.origin.host), "127.0.0.1");
	(void)snprintf(peer->client.origin.port,
		sizeof(peer->client.origin.port), "%u",
		ntohs(address.sin_port));
}

/* Reads up to `ending`, and passes it all on. */
static inline void hear(int fd, int out, const char *ending)
{
	char request[4096] = "";
	size_t have = 0;

	while (have + 1 < sizeof(request) && !strstr(request, ending)) {
		ssize_t got =
			read(fd, request + have, sizeof(request) - have - 1);

		if (got <= 0)
			break;
		have += (size_t)got;
	}
	if (write(out, request, have) != (ssize_t)have)
		_exit(EXIT_FAILURE);
}

/* ending NULL: closes without reading; then the kernel resets. */
static inline void serve_once(struct peer *peer, const char *ending,
	const char *answer, size_t length)
{
	int ends[2];

	listen_on_loopback(peer);
	assert_int_equal(pipe(ends), 0);
	peer->pid = fork();
	assert_true(peer->pid >= 0);
	if (peer->pid == 0) {
		int fd = accept(peer->listener, NULL, NULL);

		if (ending)
			hear(fd, ends[1], ending);
		while (length > 0) {
			ssize_t sent = send(fd, answer, length, MSG_NOSIGNAL);

			if (sent <= 0)
				break;
			answer += sent;
			length -= (size_t)sent;
		}
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	close(peer->listener);
	peer->heard = ends[0];
}

static inline void end_peer(struct peer *peer)
{
	http_client_close(&peer->client);
	close(peer->heard);
	assert_int_equal(waitpid(peer->pid, NULL, 0), peer->pid);
}

/*
 * A peer of several answers: each to one request of what it is given, on
 * connections that it closes behind an answer only if `closes`.
 */
static inline void serve_all(
	struct peer *peer, const char *const *answers, bool closes)
{
	int ends[2];

	listen_on_loopback(peer);
	assert_int_equal(pipe(ends), 0);
	peer->pid = fork();
	assert_true(peer->pid >= 0);
	if (peer->pid == 0) {
		int fd = -1;

		for (; *answers; answers++) {
			if (fd < 0)
				fd = accept(peer->listener, NULL, NULL);
			hear(fd, ends[1], "\r\n\r\n");
			if (send(fd, *answers, strlen(*answers), MSG_NOSIGNAL) <
				0)
				_exit(EXIT_FAILURE);
			if (closes) {
				close(fd);
				fd = -1;
			}
		}
		/* Until the client has gone. */
		if (fd >= 0 && read(fd, ends, 1) != 0)
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	peer->heard = ends[0];
}

static inline void expect_answer(struct peer *peer, const char *body)
{
	struct http_answer answer;
	struct fr_error err;

	if (http_exchange(&peer->client, "GET", "/x", NULL, &answer, &err) < 0)
		fail_msg("refused: %s", err.text);
	assert_string_equal(answer.body, body);
	http_answer_release(&answer);
}

#endif
