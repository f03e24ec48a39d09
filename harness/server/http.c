/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/http.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "harness/base/clock.h"

enum { HEAD_MAX = 8192, BUFFER_MAX = 1 << 16 };
#define FETCHED_MAX  ((size_t)1 << 30)
#define NOT_PROMISED ULONG_MAX

/* A header's value as a count, or `absent`; false when it is not a count. */
static bool header_count(const char *head, const char *name,
	unsigned long absent, unsigned long *count)
{
	const char *line = strcasestr(head, name);
	char *end;

	*count = absent;
	if (!line)
		return true;
	line += strlen(name);
	line += strspn(line, " \t");
	errno = 0;
	*count = strtoul(line, &end, 10);
	return isdigit((unsigned char)*line) && !errno &&
		(!*end || *end == '\r');
}

/* Reads the status line and the headers we know; *promised: the length. */
static int parse_head(
	const char *head, struct http_answer *answer, unsigned long *promised)
{
	char status[4];

	if (sscanf(head, "HTTP/1.%*1[01] %3[0-9]%*1[ \r]", status) != 1 ||
		strlen(status) != 3 ||
		!header_count(
			head, "\r\nX-Flagrace-Dropped:", 0, &answer->dropped) ||
		!header_count(
			head, "\r\nX-Flagrace-Refused:", 0, &answer->refused) ||
		!header_count(
			head, "\r\nX-Flagrace-Epoch:", 0, &answer->epoch) ||
		!header_count(
			head, "\r\nContent-Length:", NOT_PROMISED, promised))
		return -1;
	answer->status = atoi(status);
	answer->by_flagrace =
		strcasestr(head, "\r\nServer: flagrace\r") != NULL;
	return 0;
}

/* An exchange on its way: the request, what comes, and what becomes of that. */
struct exchange {
	struct http_client *client;
	const char *method, *path, *body;
	http_sink_fn *sink;
	void *ctx;
	bool only_200; /* the body of another answer is passed over */
	size_t length_max;
	struct http_answer *answer;
	uint64_t deadline_ns;
	/* The head of the answer, behind it what came of the body. */
	char *bytes;
	size_t have;
	bool in_body, begun, ends_connection;
	unsigned long promised;
	const char *why; /* it failed; NULL: it is no HTTP */
};

/* Sends all pieces. Returns 0 or -1. */
static int send_pieces(int fd, struct iovec *pieces, size_t count)
{
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};

	while (message.msg_iovlen) {
		ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -1;
		while (message.msg_iovlen &&
			(size_t)sent >= message.msg_iov->iov_len) {
			sent -= (ssize_t)message.msg_iov->iov_len;
			message.msg_iov++;
			message.msg_iovlen--;
		}
		if (!message.msg_iovlen)
			break;
		message.msg_iov->iov_base =
			(char *)message.msg_iov->iov_base + sent;
		message.msg_iov->iov_len -= (size_t)sent;
	}
	return 0;
}

static struct iovec piece_of(const char *text)
{
	return (struct iovec){(char *)text, strlen(text)};
}

/*
 * In one piece: a second one would wait for the first one's acknowledgement.
 * The token goes from where it lies to the kernel and is copied nowhere else.
 */
static int send_request(const struct exchange *exchange)
{
	const struct http_client *client = exchange->client;
	const char *body = exchange->body ? exchange->body : "";
	char head[512];
	int length = snprintf(head, sizeof(head),
		"%s %s HTTP/1.0\r\nHost: %s:%s\r\nConnection: keep-alive\r\n"
		"Content-Length: %zu\r\n",
		exchange->method, exchange->path, client->origin.host,
		client->origin.port, strlen(body));
	struct iovec pieces[] = {
		piece_of(head),
		piece_of(client->token ? "Flagrace-Token: " : ""),
		piece_of(client->token ? client->token : ""),
		piece_of(client->token ? "\r\n\r\n" : "\r\n"),
		piece_of(body),
	};

	if (length >= (int)sizeof(head))
		return -1;
	return send_pieces(
		client->fd, pieces, sizeof(pieces) / sizeof(*pieces));
}

/* Waits for more and reads it. Returns how much; 0 at the end; or -1. */
static ssize_t receive(struct exchange *exchange)
{
	struct pollfd input = {.fd = exchange->client->fd, .events = POLLIN};
	uint64_t now = clock_ns();
	uint64_t left_ms = now < exchange->deadline_ns
		? (exchange->deadline_ns - now) / NS_PER_MS + 1
		: 0;
	ssize_t got = -1;
	int ready;

	if (left_ms > exchange->client->step_ms)
		left_ms = exchange->client->step_ms;
	ready = left_ms ? poll(&input, 1, (int)left_ms) : 0;
	if (ready < 0 && errno == EINTR)
		return receive(exchange);
	if (ready > 0)
		got = recv(exchange->client->fd,
			exchange->bytes + exchange->have,
			BUFFER_MAX - exchange->have - 1, 0);
	if (ready == 0)
		exchange->why = "in time";
	if (got > 0) {
		exchange->begun = true;
		exchange->have += (size_t)got;
	}
	return got;
}

/* Looks for the head's end. Returns 0, or -1 when that is no head. */
static int take_head(struct exchange *exchange, char **body)
{
	char *end;

	exchange->bytes[exchange->have] = '\0';
	end = strstr(exchange->bytes, "\r\n\r\n");
	if (!end)
		return exchange->have < HEAD_MAX ? 0 : -1;
	*end = '\0';
	*body = end + 4;
	exchange->have -= (size_t)(*body - exchange->bytes);
	exchange->in_body = true;
	if (parse_head(exchange->bytes, exchange->answer, &exchange->promised))
		return -1;
	exchange->ends_connection = exchange->promised == NOT_PROMISED ||
		!strcasestr(exchange->bytes, "\r\nConnection: keep-alive");
	return 0;
}

/* Takes what has come. Returns 0, or -1 when that is no answer. */
static int take_piece(struct exchange *exchange)
{
	struct http_answer *answer = exchange->answer;
	char *piece = exchange->bytes;
	size_t n;

	if (!exchange->in_body) {
		int rc = take_head(exchange, &piece);

		if (rc || !exchange->in_body)
			return rc;
	}
	n = exchange->have;
	exchange->have = 0;
	if (n > exchange->promised - answer->length) {
		n = exchange->promised - answer->length;
		exchange->ends_connection = true; /* it is out of step */
	}
	answer->length += n;
	if (answer->length > exchange->length_max) {
		exchange->why = "of a length to be taken";
		return -1;
	}
	if (!n || (exchange->only_200 && answer->status != 200))
		return 0;
	return exchange->sink(exchange->ctx, piece, n);
}

/* Receives to the end: where the answer says it is, or the peer closes. */
static int receive_answer(struct exchange *exchange)
{
	while (!exchange->in_body ||
		exchange->answer->length < exchange->promised) {
		ssize_t got = receive(exchange);

		if (got < 0)
			return -1;
		if (!got)
			return exchange->in_body &&
					exchange->promised == NOT_PROMISED
				? 0
				: -1;
		if (take_piece(exchange))
			return -1;
	}
	return 0;
}

/*
 * Tries once. Returns 0; or -1 with *again set when the kept connection proved
 * to be none any more, or with *err.
 */
static int attempt(struct exchange *exchange, bool *again, struct fr_error *err)
{
	struct http_client *client = exchange->client;
	bool kept = http_is_fresh(client);

	*again = false;
	if (!kept) {
		http_client_close(client);
		if (http_probe(client, err) < 0)
			return -1;
	}
	if (send_request(exchange) == 0 && receive_answer(exchange) == 0) {
		if (exchange->ends_connection)
			http_client_close(client);
		return 0;
	}
	http_client_close(client);
	*again = kept && !exchange->begun && !exchange->why;
	return *again
		? -1
		: fr_error_set(err, EXIT_INVALID,
			  "http://%s:%s gave no HTTP answer to %s %.80s%s%s",
			  client->origin.host, client->origin.port,
			  exchange->method, exchange->path,
			  exchange->why ? " " : "",
			  exchange->why ? exchange->why : "");
}

static int run(struct exchange *exchange, struct fr_error *err)
{
	bool again;
	int rc;

	*exchange->answer = (struct http_answer){0};
	exchange->promised = NOT_PROMISED;
	exchange->deadline_ns =
		clock_ns() + exchange->client->whole_ms * NS_PER_MS;
	exchange->bytes = malloc(BUFFER_MAX);
	if (!exchange->bytes)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	rc = attempt(exchange, &again, err);
	if (rc && again)
		rc = attempt(exchange, &again, err);
	free(exchange->bytes);
	if (rc)
		*exchange->answer = (struct http_answer){0};
	return rc;
}

/* The end of a body, of which HTTP_ANSWER_MAX bytes have room. */
static int keep_piece(void *ctx, const char *bytes, size_t length)
{
	char **end = ctx;

	memcpy(*end, bytes, length);
	*end += length;
	**end = '\0';
	return 0;
}

int http_exchange(struct http_client *client, const char *method,
	const char *path, const char *body, struct http_answer *answer,
	struct fr_error *err)
{
	char *text = calloc(1, HTTP_ANSWER_MAX + 1), *end = text;
	struct exchange exchange = {
		.client = client,
		.method = method,
		.path = path,
		.body = body,
		.sink = keep_piece,
		.ctx = &end,
		.length_max = HTTP_ANSWER_MAX,
		.answer = answer,
	};
	int rc;

	*answer = (struct http_answer){0};
	if (!text)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	rc = run(&exchange, err);
	if (rc)
		free(text);
	else
		answer->body = text;
	return rc;
}

int http_fetch(struct http_client *client, const char *path, http_sink_fn *sink,
	void *ctx, struct http_answer *answer, struct fr_error *err)
{
	struct exchange exchange = {
		.client = client,
		.method = "GET",
		.path = path,
		.sink = sink,
		.ctx = ctx,
		.only_200 = true,
		.length_max = FETCHED_MAX,
		.answer = answer,
	};

	return run(&exchange, err);
}

void http_answer_release(struct http_answer *answer)
{
	free(answer->body);
	*answer = (struct http_answer){0};
}
