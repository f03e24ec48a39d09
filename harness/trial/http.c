/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/http.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { STEP_SECONDS = 10, FIRST_BUFFER = 1 << 14, STREAM_BUFFER = 1 << 16 };
#define ANSWER_MAX   ((size_t)1 << 30)
#define NOT_PROMISED ULONG_MAX

int http_origin_parse(
	struct http_origin *origin, const char *url, struct fr_error *err)
{
	int end = 0;

	if (sscanf(url, "http://%63[0-9A-Za-z.-]:%7[0-9]%n", origin->host,
		    origin->port, &end) == 2 &&
		(!url[end] || strcmp(url + end, "/") == 0) &&
		atol(origin->port) > 0 && atol(origin->port) < 65536)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"'%.100s' is not a server's address; "
		"write it as in http://127.0.0.1:8001",
		url);
}

/* Tries one address; a connected socket, or -1 with errno. */
static int connect_address(const struct addrinfo *address)
{
	struct timeval limit = {.tv_sec = STEP_SECONDS};
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* localhost may be ::1 and 127.0.0.1, and the server listen on one. */
static int connect_to(const struct http_origin *origin, struct fr_error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	int fd = -1,
	    rc = getaddrinfo(origin->host, origin->port, &hints, &list);

	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"cannot find the host of http://%s:%s: %s",
			origin->host, origin->port, gai_strerror(rc));
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = connect_address(a);
	freeaddrinfo(list);
	if (fd < 0)
		return fr_error_set(err, EXIT_INVALID,
			"nothing answers at http://%s:%s (%s); start a server "
			"there with 'flagrace serve --port %s'",
			origin->host, origin->port, strerror(errno),
			origin->port);
	return fd;
}

int http_probe(const struct http_origin *origin, struct fr_error *err)
{
	int fd = connect_to(origin, err);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int send_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return -1;
		bytes += sent;
		length -= (size_t)sent;
	}
	return 0;
}

/* Reads until the peer closes; *out is the caller's and ends with NUL. */
static int receive_all(int fd, char **out, size_t *length)
{
	size_t size = FIRST_BUFFER, have = 0;
	char *bytes = malloc(size);

	while (bytes) {
		ssize_t got = recv(fd, bytes + have, size - have - 1, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0) {
			bytes[have] = '\0';
			*out = bytes;
			*length = have;
			return 0;
		}
		if (got < 0 || have + (size_t)got > ANSWER_MAX)
			break;
		have += (size_t)got;
		if (have + 1 == size) {
			char *larger = realloc(bytes, size *= 2);

			if (!larger)
				break;
			bytes = larger;
		}
	}
	free(bytes);
	return -1;
}

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
	return 0;
}

/* A server that ends in mid-answer closes as one that has finished. */
static bool is_whole(const struct http_answer *answer, unsigned long promised)
{
	return promised == NOT_PROMISED || promised == answer->length;
}

/* Splits a raw answer in place: status, the headers we read, the body. */
static int parse_answer(char *raw, size_t length, struct http_answer *answer)
{
	char *body = strstr(raw, "\r\n\r\n");
	unsigned long promised;

	if (!body)
		return -1;
	*body = '\0';
	body += 4;
	answer->length = length - (size_t)(body - raw);
	if (parse_head(raw, answer, &promised) || !is_whole(answer, promised))
		return -1;
	memmove(raw, body, answer->length + 1);
	answer->body = raw;
	return 0;
}

/* Sends the request. Returns 0 or -1. */
static int send_request(int fd, const struct http_origin *origin,
	const char *method, const char *path, const char *body)
{
	char head[512];
	int length = snprintf(head, sizeof(head),
		"%s %s HTTP/1.0\r\nHost: %s:%s\r\nContent-Length: %zu\r\n\r\n",
		method, path, origin->host, origin->port,
		body ? strlen(body) : 0);

	if (length >= (int)sizeof(head) ||
		send_all(fd, head, (size_t)length) < 0)
		return -1;
	return body ? send_all(fd, body, strlen(body)) : 0;
}

static int no_answer(const struct http_origin *origin, const char *method,
	const char *path, struct fr_error *err)
{
	return fr_error_set(err, EXIT_INVALID,
		"http://%s:%s gave no HTTP answer to %s %.80s", origin->host,
		origin->port, method, path);
}

int http_exchange(const struct http_origin *origin, const char *method,
	const char *path, const char *body, struct http_answer *answer,
	struct fr_error *err)
{
	char *raw = NULL;
	size_t length;
	int fd = connect_to(origin, err), rc = 0;

	*answer = (struct http_answer){0};
	if (fd < 0)
		return -1;
	if (send_request(fd, origin, method, path, body) < 0 ||
		receive_all(fd, &raw, &length) < 0 ||
		parse_answer(raw, length, answer) < 0) {
		free(raw);
		*answer = (struct http_answer){0};
		rc = no_answer(origin, method, path, err);
	}
	close(fd);
	return rc;
}

/* The head of an answer being received; behind it what came of the body. */
struct stream {
	char bytes[STREAM_BUFFER];
	size_t have;
	bool in_body;
	unsigned long promised;
};

/* Takes what has come. Returns 0, or -1 when that is no answer. */
static int take_piece(struct stream *stream, http_sink_fn *sink, void *ctx,
	struct http_answer *answer)
{
	char *piece = stream->bytes;

	if (!stream->in_body) {
		stream->bytes[stream->have] = '\0';
		piece = strstr(stream->bytes, "\r\n\r\n");
		if (!piece)
			return stream->have + 1 < STREAM_BUFFER ? 0 : -1;
		*piece = '\0';
		piece += 4;
		stream->have -= (size_t)(piece - stream->bytes);
		stream->in_body = true;
		if (parse_head(stream->bytes, answer, &stream->promised))
			return -1;
	}
	answer->length += stream->have;
	if (answer->length > ANSWER_MAX ||
		(answer->status == 200 && sink(ctx, piece, stream->have)))
		return -1;
	stream->have = 0;
	return 0;
}

/* Receives until the peer closes. */
static int receive_stream(
	int fd, http_sink_fn *sink, void *ctx, struct http_answer *answer)
{
	struct stream *stream = malloc(sizeof(*stream));
	ssize_t got = -1;
	int rc = stream ? 0 : -1;

	if (stream)
		*stream = (struct stream){.promised = NOT_PROMISED};
	while (!rc) {
		got = recv(fd, stream->bytes + stream->have,
			STREAM_BUFFER - stream->have - 1, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		stream->have += (size_t)got;
		rc = take_piece(stream, sink, ctx, answer);
	}
	if (!rc &&
		(got < 0 || !stream->in_body ||
			!is_whole(answer, stream->promised)))
		rc = -1;
	free(stream);
	return rc;
}

int http_fetch(const struct http_origin *origin, const char *path,
	http_sink_fn *sink, void *ctx, struct http_answer *answer,
	struct fr_error *err)
{
	int fd = connect_to(origin, err), rc = 0;

	*answer = (struct http_answer){0};
	if (fd < 0)
		return -1;
	if (send_request(fd, origin, "GET", path, NULL) < 0 ||
		receive_stream(fd, sink, ctx, answer) < 0) {
		*answer = (struct http_answer){0};
		rc = no_answer(origin, "GET", path, err);
	}
	close(fd);
	return rc;
}

void http_answer_release(struct http_answer *answer)
{
	free(answer->body);
	*answer = (struct http_answer){0};
}

int http_form_add(char *form, size_t size, const char *key, const char *value)
{
	size_t used = strlen(form);

	used += (size_t)snprintf(
		form + used, size - used, "%s%s=", used ? "&" : "", key);
	for (; *value && used < size; value++) {
		unsigned char byte = (unsigned char)*value;

		used += (size_t)snprintf(form + used, size - used,
			isalnum(byte) ? "%c" : "%%%02X", byte);
	}
	return used < size ? 0 : -1;
}
