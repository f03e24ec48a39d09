/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Line by line: a line that is whole in the caller's bytes is read there; only
 * one that was cut is copied, so memory and time are bounded however the bytes
 * arrive. Of a line beyond ANSWER_LINE_MAX only that much is ever looked at.
 */
#include "harness/trial/answer.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* Digits of a Content-Length that fits whatever is added to it. */
enum { LENGTH_DIGITS_MAX = 18 };

struct span {
	const char *at;
	size_t length;
};

void answer_init(struct answer *answer)
{
	answer->state = ANSWER_STATUS;
	answer->status = 0;
	answer->has_length = answer->closes = false;
	answer->body_left = 0;
	answer->head_length = answer->line_length = 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool span_is(struct span span, const char *text, size_t length)
{
	return span.length == length && strncasecmp(span.at, text, length) == 0;
}
#define SPAN_IS(span, text) span_is(span, text, sizeof(text) - 1)

static struct span trimmed(struct span span)
{
	while (span.length && is_blank(span.at[0])) {
		span.at++;
		span.length--;
	}
	while (span.length && is_blank(span.at[span.length - 1]))
		span.length--;
	return span;
}

/* "HTTP/1.1 200 OK"; the words are of no account (RFC 9112, 4). */
static int read_status(struct answer *answer, struct span line)
{
	const char *at = line.at;

	if (line.length < 12 || memcmp(at, "HTTP/1.", 7) != 0 ||
		!is_digit(at[7]) || at[8] != ' ' || at[9] < '1' ||
		at[9] > '9' || !is_digit(at[10]) || !is_digit(at[11]) ||
		(line.length > 12 && at[12] != ' '))
		return -EBADMSG;
	answer->status = (unsigned)(at[9] - '0') * 100 +
		(unsigned)(at[10] - '0') * 10 + (unsigned)(at[11] - '0');
	answer->keep_alive = at[7] != '0';
	answer->state = ANSWER_FIELDS;
	return 0;
}

/* A second length may only repeat the first (RFC 9112, 6.3). */
static int read_length(struct answer *answer, struct span value)
{
	uint64_t length = 0;

	if (value.length == 0 || value.length > LENGTH_DIGITS_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < value.length; i++) {
		if (!is_digit(value.at[i]))
			return -EBADMSG;
		length = 10 * length + (uint64_t)(value.at[i] - '0');
	}
	if (answer->has_length && length != answer->body_left)
		return -EBADMSG;
	answer->has_length = true;
	answer->body_left = length;
	return 0;
}

/* A list of words; those other than these two say nothing to a client. */
static void read_connection(struct answer *answer, struct span value)
{
	while (value.length) {
		const char *comma = memchr(value.at, ',', value.length);
		size_t length =
			comma ? (size_t)(comma - value.at) : value.length;
		struct span word = trimmed((struct span){value.at, length});

		if (SPAN_IS(word, "close"))
			answer->closes = true;
		else if (SPAN_IS(word, "keep-alive"))
			answer->keep_alive = true;
		length += comma != NULL;
		value.at += length;
		value.length -= length;
	}
}

static int read_field(struct answer *answer, struct span line, bool cut)
{
	const char *colon = memchr(line.at, ':', line.length);
	struct span name, value;
	int rc = 0;

	if (!colon)
		return cut ? 0 : -EBADMSG;
	name = (struct span){line.at, (size_t)(colon - line.at)};
	value = trimmed(
		(struct span){colon + 1, line.length - name.length - 1});
	if (!name.length || is_blank(name.at[0]) ||
		is_blank(name.at[name.length - 1]))
		return -EBADMSG;
	if (SPAN_IS(name, "Content-Length"))
		rc = cut ? -EBADMSG : read_length(answer, value);
	else if (SPAN_IS(name, "Transfer-Encoding"))
		rc = -EBADMSG;
	else if (SPAN_IS(name, "Connection"))
		read_connection(answer, value);
	return rc;
}

/* The empty line: an interim answer is followed by another one. */
static int end_head(struct answer *answer)
{
	size_t head_length = answer->head_length;

	if (answer->status / 100 == 1) {
		if (answer->status == 101)
			return -EBADMSG;
		answer_init(answer);
		answer->head_length = head_length;
		return 0;
	}
	if (answer->status == 204 || answer->status == 304)
		answer->body_left = 0;
	else if (!answer->has_length)
		return -EBADMSG;
	answer->state = ANSWER_BODY;
	return 0;
}

/* A line without its LF, at most ANSWER_LINE_MAX bytes of it. */
static int read_line(struct answer *answer, struct span line, bool cut)
{
	/* A lone LF also ends a line (RFC 9112, 2.2). */
	if (!cut && line.length && line.at[line.length - 1] == '\r')
		line.length--;
	if (answer->state == ANSWER_STATUS)
		return cut ? -EBADMSG : read_status(answer, line);
	if (line.length == 0)
		return end_head(answer);
	return read_field(answer, line, cut);
}

/* Keeps what there is room for of an unfinished line. */
static void keep(struct answer *answer, const char *bytes, size_t length)
{
	size_t have = answer->line_length;

	if (have < ANSWER_LINE_MAX) {
		size_t room = ANSWER_LINE_MAX - have;

		memcpy(answer->line + have, bytes,
			length < room ? length : room);
	}
	answer->line_length += length;
}

ssize_t answer_read(struct answer *answer, const char *bytes, size_t length)
{
	size_t taken = 0;
	int rc = 0;

	while (!rc && taken < length && answer->state != ANSWER_BODY) {
		struct span line = {bytes + taken, length - taken};
		const char *end = memchr(line.at, '\n', line.length);

		if (end)
			line.length = (size_t)(end - line.at);
		taken += line.length + (end != NULL);
		answer->head_length += line.length + (end != NULL);
		if (answer->head_length > ANSWER_HEAD_MAX)
			return -EBADMSG;
		if (answer->line_length || !end) {
			keep(answer, line.at, line.length);
			line = (struct span){answer->line, answer->line_length};
		}
		if (!end)
			break;
		answer->line_length = 0;
		rc = line.length > ANSWER_LINE_MAX
			? read_line(answer,
				  (struct span){line.at, ANSWER_LINE_MAX}, true)
			: read_line(answer, line, false);
	}
	return rc ? rc : (ssize_t)taken;
}
