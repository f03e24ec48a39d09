/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames are made in the loop's buffer and written together. A stream that has
 * been closed is kept until its last frame has been handed to the kernel,
 * because until then its request is in flight.
 */
#include "mock_server/http2.h"

#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/channel.h"
#include "mock_server/loop.h"
#include "mock_server/stream.h"

enum {
	STREAMS_MAX = 256, /* at once */
	FRAME_MAX = 16384 + 9,
	/*
	 * Bytes of fields in what is received at once: the largest head for
	 * each stream. By HPACK one byte may stand for 4 KB, and a hostile
	 * client could keep the loop busy with expanding it.
	 */
	EXPANDED_MAX = STREAMS_MAX * HTTP_HEAD_MAX,
};
_Static_assert((int)LOOP_BUFFER_SIZE > (int)FRAME_MAX, "a frame fits");

const char http2_preface[] = NGHTTP2_CLIENT_MAGIC;
_Static_assert(sizeof(http2_preface) - 1 == HTTP2_PREFACE, "its length");

struct http2 {
	nghttp2_session *session;
	struct loop *loop;
	struct origin origin;
	void (*due)(void *who);
	void *who;
	uint64_t arrival_ns;
	size_t held;         /* of stream.h */
	size_t expanded;     /* bytes of fields in what is being received */
	uint64_t made, sent; /* bytes of frames */
	uint64_t wrote_ns;   /* the time before the last send */
	struct list streams; /* not closed yet */
	struct list closed;  /* whose last frames may not be written yet */
	char *unsent;        /* frames that found the socket full, or NULL */
	size_t unsent_length;
	bool draining;
	bool closing; /* FAULT_CLOSE: nothing more is made */
};

static struct stream *first_of(struct list *list)
{
	return list->first ? container_of(list->first, struct stream, link)
			   : NULL;
}

static void free_streams(struct list *list)
{
	struct stream *stream;

	while ((stream = first_of(list)) != NULL)
		stream_free(stream);
}

static struct http2 *session_of(struct stream *stream)
{
	return container_of(stream->link.list, struct http2, streams);
}

static void stream_due(struct stream *stream)
{
	struct http2 *http2 = session_of(stream);

	http2->due(http2->who);
}

static struct stream *stream_of(nghttp2_session *session, int32_t id)
{
	return nghttp2_session_get_stream_user_data(session, id);
}

static int begin_headers(
	nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct http2 *http2 = user;
	struct stream *stream;

	/* It is not processed, and has no stream, if its id is beyond GOAWAY. */
	if (frame->hd.type != NGHTTP2_HEADERS || http2->draining ||
		frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	if (stream_create(&stream, session, http2->loop, frame->hd.stream_id,
		    http2->arrival_ns, &http2->held, stream_due))
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	list_push(&http2->streams, &stream->link);
	(void)nghttp2_session_set_stream_user_data(
		session, frame->hd.stream_id, stream);
	return 0;
}

/* Fields of trailers are ignored: RFC 9110, 6.5.1. */
static int add_field(nghttp2_session *session, const nghttp2_frame *frame,
	const uint8_t *name, size_t name_length, const uint8_t *value,
	size_t value_length, uint8_t flags, void *user)
{
	const struct http_span field = {(const char *)name, name_length};
	const struct http_span text = {(const char *)value, value_length};
	struct stream *stream = stream_of(session, frame->hd.stream_id);
	struct http2 *http2 = user;

	(void)flags;
	http2->expanded += name_length + value_length;
	if (http2->expanded > EXPANDED_MAX)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	if (stream && frame->headers.cat == NGHTTP2_HCAT_REQUEST &&
		stream_add_field(stream, field, text))
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	return 0;
}

static int add_body(nghttp2_session *session, uint8_t flags, int32_t id,
	const uint8_t *bytes, size_t length, void *user)
{
	struct stream *stream = stream_of(session, id);

	(void)flags, (void)user;
	if (stream && !stream->arrived &&
		stream_add_body(stream, (const char *)bytes, length))
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	return 0;
}

static int frame_received(
	nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct http2 *http2 = user;
	struct stream *stream;

	if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
		return 0;
	stream = stream_of(session, frame->hd.stream_id);
	if (stream &&
		stream_advance(stream,
			frame->hd.flags & NGHTTP2_FLAG_END_STREAM,
			http2->arrival_ns, &http2->origin))
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	if (stream && stream->exchange.fault == FAULT_GOAWAY &&
		!http2->draining)
		http2_drain(http2);
	return 0;
}

/* Stamps the first byte of an answer, whose head this frame is. */
static int frame_leaves(
	nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct http2 *http2 = user;
	struct stream *stream = stream_of(session, frame->hd.stream_id);

	if (frame->hd.type == NGHTTP2_HEADERS && stream && stream->responded)
		stream->exchange.sent_ns = loop_stamp(http2->loop);
	return 0;
}

static int frame_made(
	nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct http2 *http2 = user;
	struct stream *stream = stream_of(session, frame->hd.stream_id);

	if (!stream || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) ||
		(frame->hd.type != NGHTTP2_HEADERS &&
			frame->hd.type != NGHTTP2_DATA))
		return 0;
	stream->ended = true;
	stream->end_at = http2->made;
	http2->closing |= stream->exchange.fault == FAULT_CLOSE;
	return 0;
}

/* Stamps the closed streams whose last byte has been sent. */
static void stamp_done(struct http2 *http2)
{
	for (struct list_link *l = http2->closed.first; l; l = l->next) {
		struct stream *stream = container_of(l, struct stream, link);

		if (!stream->exchange.done_ns && stream->end_at <= http2->sent)
			stream->exchange.done_ns = http2->wrote_ns;
	}
}

static int stream_closed(
	nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
	struct http2 *http2 = user;
	struct stream *stream = stream_of(session, id);

	(void)code;
	if (!stream)
		return 0;
	list_remove(&stream->link);
	if (!stream->ended) {
		stream_free(stream);
		return 0;
	}
	list_push(&http2->closed, &stream->link);
	/* Its last frame may have been sent by now. */
	if (stream->end_at <= http2->sent)
		stream->exchange.done_ns = http2->wrote_ns;
	return 0;
}

static int make_session(struct http2 *http2)
{
	const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX}};
	nghttp2_session_callbacks *callbacks;
	int rc = nghttp2_session_callbacks_new(&callbacks);

	if (rc)
		return -ENOMEM;
	nghttp2_session_callbacks_set_on_begin_headers_callback(
		callbacks, begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, add_field);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
		callbacks, add_body);
	nghttp2_session_callbacks_set_on_frame_recv_callback(
		callbacks, frame_received);
	nghttp2_session_callbacks_set_before_frame_send_callback(
		callbacks, frame_leaves);
	nghttp2_session_callbacks_set_on_frame_send_callback(
		callbacks, frame_made);
	nghttp2_session_callbacks_set_on_stream_close_callback(
		callbacks, stream_closed);
	rc = nghttp2_session_server_new(&http2->session, callbacks, http2);
	nghttp2_session_callbacks_del(callbacks);
	if (!rc)
		rc = nghttp2_submit_settings(http2->session, NGHTTP2_FLAG_NONE,
			settings, sizeof(settings) / sizeof(*settings));
	return rc ? -ENOMEM : 0;
}

int http2_create(struct http2 **out, struct loop *loop,
	const struct origin *origin, void (*due)(void *who), void *who)
{
	struct http2 *http2 = calloc(1, sizeof(*http2));
	int rc;

	*out = NULL;
	if (!http2)
		return -ENOMEM;
	http2->loop = loop;
	http2->origin = *origin;
	http2->due = due;
	http2->who = who;
	rc = make_session(http2);
	if (rc)
		http2_free(http2);
	else
		*out = http2;
	return rc;
}

void http2_free(struct http2 *http2)
{
	if (!http2)
		return;
	/* Calls no callback for the streams that it frees. */
	nghttp2_session_del(http2->session);
	/* Frames that were made have not been written. */
	for (struct list_link *l = http2->closed.first; l; l = l->next)
		container_of(l, struct stream, link)->ended = false;
	for (struct list_link *l = http2->streams.first; l; l = l->next)
		container_of(l, struct stream, link)->ended = false;
	free_streams(&http2->closed);
	free_streams(&http2->streams);
	free(http2->unsent);
	free(http2);
}

int http2_receive(struct http2 *http2, const char *bytes, size_t length,
	uint64_t arrival_ns)
{
	http2->arrival_ns = arrival_ns;
	http2->expanded = 0;
	return nghttp2_session_mem_recv(
		       http2->session, (const uint8_t *)bytes, length) < 0
		? -EPROTO
		: 0;
}

/* Makes frames in the loop's buffer. Returns 0 or -EPROTO. */
static int make_frames(struct http2 *http2, size_t *length)
{
	*length = 0;
	while (*length + FRAME_MAX <= LOOP_BUFFER_SIZE && !http2->closing) {
		const uint8_t *frame;
		ssize_t n = nghttp2_session_mem_send(http2->session, &frame);

		if (n < 0)
			return -EPROTO;
		if (!n)
			break;
		memcpy(http2->loop->buffer + *length, frame, (size_t)n);
		*length += (size_t)n;
		http2->made += (uint64_t)n;
	}
	return 0;
}

/* Sends, and keeps in `unsent` what the socket has no room for. */
static int send_frames(struct http2 *http2, struct channel *channel,
	const char *bytes, size_t length)
{
	size_t sent;
	ssize_t n;
	char *rest;

	http2->wrote_ns = loop_stamp(http2->loop);
	n = channel_send(channel, bytes, length);
	if (n < 0 && n != -EAGAIN)
		return (int)n;
	sent = n < 0 ? 0 : (size_t)n;
	http2->sent += sent;
	if (sent)
		stamp_done(http2);
	if (sent == length) {
		free(http2->unsent);
		http2->unsent = NULL;
		http2->unsent_length = 0;
		return 0;
	}
	rest = malloc(length - sent);
	if (!rest)
		return -ENOMEM;
	memcpy(rest, bytes + sent, length - sent);
	free(http2->unsent);
	http2->unsent = rest;
	http2->unsent_length = length - sent;
	return -EAGAIN;
}

int http2_write(struct http2 *http2, struct channel *channel)
{
	int rc = 0;

	if (http2->unsent)
		rc = send_frames(
			http2, channel, http2->unsent, http2->unsent_length);
	while (!rc) {
		size_t length;

		free_streams(&http2->closed);
		rc = make_frames(http2, &length);
		if (rc || !length)
			break;
		rc = send_frames(http2, channel, http2->loop->buffer, length);
		if (loop_turn_is_over(http2->loop))
			break;
	}
	/* Streams that nghttp2 has closed after their last frame was sent. */
	if (!rc)
		free_streams(&http2->closed);
	return rc;
}

void http2_drain(struct http2 *http2)
{
	http2->draining = true;
	(void)nghttp2_submit_goaway(http2->session, NGHTTP2_FLAG_NONE,
		nghttp2_session_get_last_proc_stream_id(http2->session),
		NGHTTP2_NO_ERROR, NULL, 0);
}

/* Whether a stream is left that will be answered. */
static bool is_busy(const struct http2 *http2)
{
	for (struct list_link *l = http2->streams.first; l; l = l->next)
		if (container_of(l, struct stream, link)->exchange.fault !=
			FAULT_STALL)
			return true;
	return false;
}

bool http2_is_over(const struct http2 *http2)
{
	if (http2->unsent || http2->closed.first)
		return false;
	if (http2->closing || (http2->draining && !is_busy(http2)))
		return true;
	return !nghttp2_session_want_read(http2->session) &&
		!nghttp2_session_want_write(http2->session);
}
