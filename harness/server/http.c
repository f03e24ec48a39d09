/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/http.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "harness/base/answer.h"
#include "harness/base/clock.h"
#include "harness/base/values.h"

enum { BUFFER_SIZE = 1 << 16 };
#define FETCHED_MAX ((size_t)1 << 30)

/* One request, the reading of its answer, and where the body goes. */
struct http_exchange {
	struct http_client *client;
	const char *method, *path, *body;
	http_sink_fn *sink;
	void *ctx;
	bool only_200; /* the bodies of other answers are dropped */
	size_t length_max;
	struct http_answer *answer;
	uint64_t deadline_ns;
	struct answer reader;
	bool begun;      /* a byte of the answer has arrived */
	bool surplus;    /* so have bytes behind its end */
	const char *why; /* the exchange failed; NULL: the connection broke */
};

static bool is(struct answer_span span, const char *text)
{
	return span.length == strlen(text) &&
		strncasecmp(span.at, text, span.length) == 0;
}

/* Reads the fields that only our server sends (an answer_field_fn). */
static int take_field(
	void *ctx, struct answer_span name, struct answer_span value)
{
	struct http_answer *answer = ctx;
	struct witness_connections *connections = &answer->connections;
	const struct {
		const char *name;
		uint64_t *count;
	} counts[] = {
		{"X-Flagrace-Dropped", &answer->dropped},
		{"X-Flagrace-Refused", &answer->refused},
		{"X-Flagrace-Epoch", &answer->epoch},
		{"X-Flagrace-Tls-Full", &connections->tls_full},
		{"X-Flagrace-Tls-Resumed", &connections->tls_resumed},
		{"X-Flagrace-Alpn-H2", &connections->alpn_h2},
		{"X-Flagrace-Alpn-Http1", &connections->alpn_http1},
		{"X-Flagrace-Wire-In", &connections->wire_in},
		{"X-Flagrace-Wire-Out", &connections->wire_out},
		{"X-Flagrace-Wire-Uncounted", &connections->uncounted},
	};
	char text[24];

	if (is(name, "Server"))
		answer->by_flagrace = is(value, "flagrace");
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		if (!is(name, counts[i].name))
			continue;
		(void)snprintf(text, sizeof(text), "%.*s", (int)value.length,
			value.at);
		if (parse_number(
			    text, "", 0, UINT64_MAX, counts[i].count, NULL) < 0)
			return -EBADMSG;
	}
	return 0;
}

static struct iovec piece_of(const char *text)
{
	return (struct iovec){(char *)text, strlen(text)};
}

/*
 * Sends the request by one call: a second segment would wait until the first
 * one is acknowledged. The kernel reads the token where it lies, so no copy of
 * the token remains in memory.
 */
static int send_request(const struct http_exchange *exchange)
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
	enum { COUNT = sizeof(pieces) / sizeof(*pieces) };
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = COUNT};
	size_t all = 0;
	ssize_t sent;

	if (length >= (int)sizeof(head))
		return -1;
	for (int i = 0; i < COUNT; i++)
		all += pieces[i].iov_len;
	do
		sent = sendmsg(client->fd, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	/* Less is sent only if the time is up, or a signal interrupted it. */
	return sent == (ssize_t)all ? 0 : -1;
}

/* Waits for bytes and reads them. Returns how many; 0 at the end; or -1. */
static ssize_t receive(struct http_exchange *exchange, char *bytes, size_t size)
{
	struct pollfd input = {.fd = exchange->client->fd, .events = POLLIN};
	const int step_ms = (int)exchange->client->step_ms;
	int left_ms = clock_ms_until(exchange->deadline_ns);
	ssize_t got = -1;
	int ready;

	if (left_ms > step_ms)
		left_ms = step_ms;
	ready = left_ms ? poll(&input, 1, left_ms) : 0;
	if (ready < 0 && errno == EINTR)
		return receive(exchange, bytes, size);
	if (ready > 0)
		got = recv(exchange->client->fd, bytes, size, 0);
	if (ready == 0)
		exchange->why = "it did not come in time";
	exchange->begun |= got > 0;
	return got;
}

/* Hands a piece of the body on. Returns 0 or -1. */
static int take_piece(
	struct http_exchange *exchange, const struct answer_piece *piece)
{
	struct http_answer *answer = exchange->answer;

	answer->length += piece->length;
	if (answer->length > exchange->length_max) {
		exchange->why = "it is too long";
		return -1;
	}
	if (!piece->length ||
		(exchange->only_200 && exchange->reader.status != 200))
		return 0;
	exchange->why = "its body is not what was expected";
	if (exchange->sink(exchange->ctx, piece->at, piece->length) < 0)
		return -1;
	exchange->why = NULL;
	return 0;
}

static int take_bytes(
	struct http_exchange *exchange, const char *bytes, size_t left)
{
	while (left && exchange->reader.state != ANSWER_END) {
		struct answer_piece piece;
		ssize_t taken =
			answer_read(&exchange->reader, bytes, left, &piece);

		if (taken < 0)
			exchange->why = "it is not valid";
		if (taken < 0 || take_piece(exchange, &piece))
			return -1;
		bytes += taken;
		left -= (size_t)taken;
	}
	exchange->surplus = left > 0;
	return 0;
}

static int receive_answer(struct http_exchange *exchange)
{
	struct answer *reader = &exchange->reader;
	char bytes[BUFFER_SIZE];

	answer_init(reader);
	reader->on_field = take_field;
	reader->ctx = exchange->answer;
	while (reader->state != ANSWER_END) {
		ssize_t got = receive(exchange, bytes, sizeof(bytes));

		if (got == 0 && answer_is_whole(reader))
			break;
		if (got <= 0 || take_bytes(exchange, bytes, (size_t)got))
			return -1;
	}
	exchange->answer->status = (int)reader->status;
	/* Bytes that nobody asked for may pass for the next answer. */
	if (reader->state != ANSWER_END || !reader->keep_alive ||
		reader->closes || exchange->surplus)
		http_client_close(exchange->client);
	return 0;
}

/*
 * Tries once. Returns 0; or -1 with *err filled in, and *again set when the
 * server had closed the kept connection before it answered.
 */
static int attempt(
	struct http_exchange *exchange, bool *again, struct fr_error *err)
{
	struct http_client *client = exchange->client;
	bool kept = http_is_fresh(client);

	*again = false;
	if (!kept) {
		http_client_close(client);
		if (http_probe(client, err) < 0)
			return -1;
	}
	if (send_request(exchange) == 0 && receive_answer(exchange) == 0)
		return 0;
	http_client_close(client);
	*again = kept && !exchange->begun && !exchange->why;
	return fr_error_set(err, EXIT_INVALID,
		"http://%s:%s gave no HTTP answer to %s %.80s: %s",
		client->origin.host, client->origin.port, exchange->method,
		exchange->path,
		exchange->why ? exchange->why : "the connection broke off");
}

static int run(struct http_exchange *exchange, struct fr_error *err)
{
	bool again;
	int rc;

	*exchange->answer = (struct http_answer){0};
	exchange->deadline_ns =
		clock_ns() + exchange->client->whole_ms * NS_PER_MS;
	rc = attempt(exchange, &again, err);
	if (again)
		rc = attempt(exchange, &again, err);
	if (rc)
		*exchange->answer = (struct http_answer){0};
	return rc;
}

/* Appends to a text that has room for HTTP_ANSWER_MAX bytes. */
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
	struct http_exchange exchange = {
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
		return fr_error_memory(err);
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
	struct http_exchange exchange = {
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
