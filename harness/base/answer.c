/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads line by line. A line of the usual length that is whole in the caller's
 * bytes is parsed in place. Any other line is copied, and no more than
 * ANSWER_LINE_MAX bytes of it are kept. So memory and time are bounded for
 * pieces of any length.
 */
#include "harness/base/answer.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
	/* Digits of a Content-Length, few enough for sums not to overflow. */
	LENGTH_DIGITS_MAX = 18,
	SIZE_DIGITS_MAX = 16, /* of a chunk's size, at most INT64_MAX */
};

static void begin_line(struct answer *answer)
{
	answer->has_colon = answer->has_nul = false;
	answer->has_cr = answer->ends_in_cr = false;
	answer->line_length = 0;
}

/* Resets all but head_length, which also counts interim answers. */
static void begin(struct answer *answer)
{
	answer->state = ANSWER_STATUS;
	answer->status = 0;
	answer->has_length = answer->closes = answer->chunked = false;
	answer->until_close = answer->matters = false;
	begin_line(answer);
	answer->body_left = 0;
	answer->retry_after_s = 0;
}

void answer_init(struct answer *answer)
{
	begin(answer);
	answer->on_field = NULL;
	answer->begun = false;
	answer->head_length = 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool span_is(struct answer_span span, const char *text, size_t length)
{
	return span.length == length && strncasecmp(span.at, text, length) == 0;
}
#define SPAN_IS(span, text) span_is(span, text, sizeof(text) - 1)

static struct answer_span trimmed(struct answer_span span)
{
	while (span.length && is_blank(span.at[0])) {
		span.at++;
		span.length--;
	}
	while (span.length && is_blank(span.at[span.length - 1]))
		span.length--;
	return span;
}

/* Removes the first word from a list (RFC 9110, 5.6.1). */
static struct answer_span next_word(struct answer_span *list)
{
	const char *comma = memchr(list->at, ',', list->length);
	size_t length = comma ? (size_t)(comma - list->at) : list->length;
	struct answer_span word =
		trimmed((struct answer_span){list->at, length});

	length += comma != NULL;
	list->at += length;
	list->length -= length;
	return word;
}

/* Parses "HTTP/1.1 200 OK"; ignores the words at the end (RFC 9112, 4). */
static int read_status(struct answer *answer, struct answer_span line)
{
	const char *at = line.at;

	if (line.length < 12 || memcmp(at, "HTTP/1.", 7) != 0 ||
		(at[7] != '0' && at[7] != '1') || at[8] != ' ' || at[9] < '1' ||
		at[9] > '9' || !is_digit(at[10]) || !is_digit(at[11]) ||
		(line.length > 12 && at[12] != ' '))
		return -EBADMSG;
	answer->status = (unsigned)(at[9] - '0') * 100 +
		(unsigned)(at[10] - '0') * 10 + (unsigned)(at[11] - '0');
	answer->keep_alive = at[7] != '0';
	answer->begun = true;
	answer->matters = true; /* a folded line cannot follow */
	answer->state = ANSWER_FIELDS;
	return 0;
}

/* A second length may only repeat the first (RFC 9112, 6.3). */
static int read_length(struct answer *answer, struct answer_span value)
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

/* Some proxies join equal fields into one list. */
static int read_lengths(struct answer *answer, struct answer_span value)
{
	bool last;
	int rc;

	do {
		last = !memchr(value.at, ',', value.length);
		rc = read_length(answer, next_word(&value));
	} while (!rc && !last);
	return rc;
}

/* Accepts "chunked" once, and no other coding. */
static int read_coding(struct answer *answer, struct answer_span value)
{
	if (answer->chunked || !SPAN_IS(value, "chunked"))
		return -EBADMSG;
	answer->chunked = true;
	return 0;
}

/* Reads a list of words; a client needs only these two. */
static void read_connection(struct answer *answer, struct answer_span value)
{
	while (value.length) {
		struct answer_span word = next_word(&value);

		if (SPAN_IS(word, "close"))
			answer->closes = true;
		else if (SPAN_IS(word, "keep-alive"))
			answer->keep_alive = true;
	}
}

uint32_t answer_retry_after(struct answer_span value)
{
	uint64_t seconds = 0;

	for (size_t i = 0; i < value.length; i++) {
		if (!is_digit(value.at[i]))
			return 0;
		seconds = 10 * seconds + (uint64_t)(value.at[i] - '0');
		if (seconds > UINT32_MAX)
			seconds = UINT32_MAX;
	}
	return (uint32_t)seconds;
}

/* cut: the line is longer. */
static int read_field(struct answer *answer, struct answer_span line, bool cut)
{
	struct answer_span name, value;
	const char *colon;

	/* A folded line would change the field that it continues. */
	if (is_blank(line.at[0]))
		return answer->matters ? -EBADMSG : 0;
	colon = memchr(line.at, ':', line.length);
	if (!colon)
		return cut && answer->has_colon ? 0 : -EBADMSG;
	name = (struct answer_span){line.at, (size_t)(colon - line.at)};
	value = (struct answer_span){colon + 1, line.length - name.length - 1};
	if (!name.length || is_blank(name.at[name.length - 1]))
		return -EBADMSG;
	answer->matters = true;
	if (SPAN_IS(name, "Content-Length"))
		return cut ? -EBADMSG : read_lengths(answer, value);
	if (SPAN_IS(name, "Transfer-Encoding"))
		return cut ? -EBADMSG : read_coding(answer, trimmed(value));
	if (SPAN_IS(name, "Connection"))
		read_connection(answer, value);
	else if (SPAN_IS(name, "Retry-After"))
		answer->retry_after_s =
			cut ? 0 : answer_retry_after(trimmed(value));
	else
		answer->matters = false;
	return answer->on_field && !cut
		? answer->on_field(answer->ctx, name, trimmed(value))
		: 0;
}

/* Called at the empty line. Another answer follows an interim one. */
static int end_head(struct answer *answer)
{
	if (answer->status / 100 == 1) {
		if (answer->status == 101)
			return -EBADMSG;
		begin(answer);
		return 0;
	}
	answer->state = ANSWER_BODY;
	if (answer->status == 204 || answer->status == 304) {
		answer->state = ANSWER_END;
	} else if (answer->chunked) {
		answer->state = ANSWER_SIZE;
		/* With both, the length is in doubt (RFC 9112, 6.3). */
		answer->closes |= answer->has_length;
	} else if (!answer->has_length) {
		answer->until_close = true;
	} else if (!answer->body_left) {
		answer->state = ANSWER_END;
	}
	answer->head_length = 0;
	return 0;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Parses "1f;name=value"; ignores what follows the size. */
static int read_size(struct answer *answer, struct answer_span line)
{
	uint64_t size = 0;
	size_t i = 0;

	for (; i < line.length && hex_digit(line.at[i]) >= 0; i++) {
		if (i == SIZE_DIGITS_MAX)
			return -EBADMSG;
		size = size << 4 | (uint64_t)hex_digit(line.at[i]);
	}
	if (i == 0 || size > INT64_MAX)
		return -EBADMSG;
	while (i < line.length && is_blank(line.at[i]))
		i++;
	if (i < line.length && line.at[i] != ';')
		return -EBADMSG;
	answer->body_left = size;
	answer->state = size ? ANSWER_CHUNK : ANSWER_TRAILERS;
	answer->head_length = 0;
	return 0;
}

/* Reads a line without its LF, of which only the first bytes may be kept. */
static int read_line(struct answer *answer, struct answer_span line)
{
	bool cut = line.length > ANSWER_LINE_MAX;

	if (cut)
		line.length = ANSWER_LINE_MAX;
	/* A lone LF also ends a line (RFC 9112, 2.2). */
	else if (line.length && line.at[line.length - 1] == '\r')
		line.length--;
	if (answer->has_nul || answer->has_cr ||
		memchr(line.at, '\0', line.length) ||
		memchr(line.at, '\r', line.length))
		return -EBADMSG;
	switch (answer->state) {
	case ANSWER_STATUS:
		return cut ? -EBADMSG : read_status(answer, line);
	case ANSWER_FIELDS:
		return line.length ? read_field(answer, line, cut)
				   : end_head(answer);
	case ANSWER_SIZE:
		return read_size(answer, line);
	case ANSWER_CHUNK_END:
		answer->state = ANSWER_SIZE;
		return line.length ? -EBADMSG : 0;
	case ANSWER_TRAILERS:
		if (!line.length)
			answer->state = ANSWER_END;
		else if (!answer->has_colon && !is_blank(line.at[0]) &&
			!memchr(line.at, ':', line.length))
			return -EBADMSG;
		return 0;
	case ANSWER_BODY:
	case ANSWER_CHUNK:
	case ANSWER_END:
		break;
	}
	return -EBADMSG;
}

/* Appends to the copy of a line, as far as the copy has room. */
static void keep(struct answer *answer, const char *bytes, size_t length)
{
	size_t have = answer->line_length;
	const char *cr = memchr(bytes, '\r', length);

	answer->has_cr |= (answer->ends_in_cr && length) ||
		(cr && cr + 1 < bytes + length);
	if (length)
		answer->ends_in_cr = bytes[length - 1] == '\r';
	answer->has_colon |= memchr(bytes, ':', length) != NULL;
	answer->has_nul |= memchr(bytes, '\0', length) != NULL;
	if (have < ANSWER_LINE_MAX) {
		size_t room = ANSWER_LINE_MAX - have;

		memcpy(answer->line + have, bytes,
			length < room ? length : room);
	}
	answer->line_length += length;
}

/*
 * Checks the part of a line that has arrived, because a server that speaks
 * another protocol may never end a line.
 */
static int check_line(const struct answer *answer, struct answer_span line)
{
	static const char http[] = "HTTP/";
	size_t length = line.length;

	if (length > sizeof(http) - 1)
		length = sizeof(http) - 1;
	if ((answer->state == ANSWER_STATUS &&
		    memcmp(line.at, http, length) != 0) ||
		(answer->state == ANSWER_CHUNK_END && length &&
			line.at[0] != '\r'))
		return -EBADMSG;
	if (answer->head_length > ANSWER_HEAD_MAX ||
		(answer->state >= ANSWER_SIZE &&
			line.length > ANSWER_EXTRA_MAX))
		return -EMSGSIZE;
	return 0;
}

/* Reads up to the end of a line. Returns the number of bytes it took. */
static ssize_t read_text(
	struct answer *answer, const char *bytes, size_t length)
{
	const char *end = memchr(bytes, '\n', length);
	size_t taken = end ? (size_t)(end - bytes) + 1 : length;
	struct answer_span line = {bytes, taken - (end != NULL)};
	bool in_place =
		end && !answer->line_length && line.length <= ANSWER_LINE_MAX;
	int rc;

	answer->head_length += taken;
	if (!in_place) {
		keep(answer, bytes, line.length);
		line = (struct answer_span){answer->line, answer->line_length};
	}
	rc = check_line(answer, line);
	if (end && !rc)
		rc = read_line(answer, line);
	if (end && !in_place)
		begin_line(answer);
	return rc ? rc : (ssize_t)taken;
}

/* Takes what has arrived of the body or of a chunk. */
static size_t read_piece(struct answer *answer, const char *bytes,
	size_t length, struct answer_piece *piece)
{
	if (!answer->until_close && length >= answer->body_left) {
		length = (size_t)answer->body_left;
		answer->body_left = 0;
		answer->state = answer->state == ANSWER_CHUNK ? ANSWER_CHUNK_END
							      : ANSWER_END;
	} else if (!answer->until_close) {
		answer->body_left -= length;
	}
	piece->at = bytes;
	piece->length = length;
	piece->last = answer->state == ANSWER_END;
	return length;
}

ssize_t answer_read(struct answer *answer, const char *bytes, size_t length,
	struct answer_piece *piece)
{
	size_t taken = 0;

	*piece = (struct answer_piece){0};
	while (taken < length && answer->state != ANSWER_END) {
		ssize_t read;

		if (answer->state == ANSWER_BODY ||
			answer->state == ANSWER_CHUNK)
			return (ssize_t)(taken +
				read_piece(answer, bytes + taken,
					length - taken, piece));
		read = read_text(answer, bytes + taken, length - taken);
		if (read < 0)
			return read;
		taken += (size_t)read;
	}
	return (ssize_t)taken;
}
