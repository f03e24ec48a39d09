/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frames of a session: nghttp2 composes and parses them, and its callbacks
 * record the answers. Frames are gathered, so that one system call sends many
 * requests.
 */
#include "harness/client/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness/client/item_name.h"

enum {
	FRAME_MAX = 16384 + 9,
	/* Flow control: so large that a server never has to wait. */
	STREAM_WINDOW = 1 << 24,
	CONNECTION_WINDOW = 1 << 30,
	FIELD_MAX = 96, /* of the field that names the item */
};

static struct session_slot *slot_of(nghttp2_session *http2, int32_t stream)
{
	return nghttp2_session_get_stream_user_data(http2, stream);
}

static int begin_answer(
	nghttp2_session *http2, const nghttp2_frame *frame, void *arg)
{
	struct fr_session *session = arg;
	struct session_slot *slot = slot_of(http2, frame->hd.stream_id);

	if (slot && !slot->sampler.sample.first_byte_ns)
		slot->sampler.sample.first_byte_ns = session->now_ns;
	return 0;
}

void frames_cancel(struct fr_session *session, const struct session_slot *slot)
{
	/* Both fail only without memory; then the stream just remains. */
	(void)nghttp2_session_set_stream_user_data(
		session->http2, slot->stream, NULL);
	(void)nghttp2_submit_rst_stream(session->http2, NGHTTP2_FLAG_NONE,
		slot->stream, NGHTTP2_CANCEL);
}

static int read_field(nghttp2_session *http2, const nghttp2_frame *frame,
	const uint8_t *name, size_t name_length, const uint8_t *value,
	size_t value_length, uint8_t flags, void *arg)
{
	struct fr_session *session = arg;
	struct session_slot *slot = slot_of(http2, frame->hd.stream_id);

	(void)flags;
	if (!slot)
		return 0;
	/* nghttp2 has checked that these are three digits. */
	if (name_length == 7 && memcmp(name, ":status", 7) == 0 &&
		value_length == 3)
		slot->status = (unsigned)((value[0] - '0') * 100 +
			(value[1] - '0') * 10 + (value[2] - '0'));
	if (name_length == 11 && memcmp(name, "retry-after", 11) == 0)
		slot->retry_after_s = answer_retry_after((struct answer_span){
			(const char *)value, value_length});
	/*
	 * The limit of HTTP/1, since few compressed bytes can expand to many.
	 */
	slot->head_length += name_length + value_length;
	if (slot->head_length <= ANSWER_HEAD_MAX)
		return 0;
	frames_cancel(session, slot);
	session_end(session, slot, sampler_code(-EMSGSIZE));
	return 0;
}

static int read_body(nghttp2_session *http2, uint8_t flags, int32_t stream,
	const uint8_t *bytes, size_t length, void *arg)
{
	struct fr_session *session = arg;
	struct session_slot *slot = slot_of(http2, stream);

	int rc = slot ? sampler_body(&slot->sampler, (const char *)bytes,
				length, false)
		      : 0;

	(void)flags;
	if (!rc)
		return 0;
	frames_cancel(session, slot);
	session_end(session, slot, sampler_code(rc));
	return 0;
}

static int end_stream(
	nghttp2_session *http2, int32_t stream, uint32_t error, void *arg)
{
	struct fr_session *session = arg;
	struct session_slot *slot = slot_of(http2, stream);

	if (!slot)
		return 0;
	/* nghttp2 also uses it for streams beyond the last one of a GOAWAY. */
	if (error == NGHTTP2_REFUSED_STREAM && !slot->status) {
		session_refused(session, slot);
		return 0;
	}
	session->answers++;
	session_end(session, slot, error ? CURLE_HTTP2_STREAM : CURLE_OK);
	return 0;
}

static int note_goaway(
	nghttp2_session *http2, const nghttp2_frame *frame, void *arg)
{
	struct fr_session *session = arg;

	(void)http2;
	session->going |= frame->hd.type == NGHTTP2_GOAWAY;
	return 0;
}

static int note_request(
	nghttp2_session *http2, const nghttp2_frame *frame, void *arg)
{
	struct session_slot *slot = slot_of(http2, frame->hd.stream_id);

	(void)arg;
	if (slot && frame->hd.type == NGHTTP2_HEADERS)
		slot->sent = true;
	return 0;
}

int frames_begin(struct fr_session *session)
{
	static const nghttp2_settings_entry settings[] = {
		{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
		{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
	};
	nghttp2_session_callbacks *callbacks;
	int rc = nghttp2_session_callbacks_new(&callbacks);

	if (rc)
		return -ENOMEM;
	nghttp2_session_callbacks_set_on_begin_headers_callback(
		callbacks, begin_answer);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, read_field);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
		callbacks, read_body);
	nghttp2_session_callbacks_set_on_frame_recv_callback(
		callbacks, note_goaway);
	nghttp2_session_callbacks_set_on_frame_send_callback(
		callbacks, note_request);
	nghttp2_session_callbacks_set_on_stream_close_callback(
		callbacks, end_stream);
	rc = nghttp2_session_client_new(&session->http2, callbacks, session);
	nghttp2_session_callbacks_del(callbacks);
	if (!rc)
		rc = nghttp2_submit_settings(session->http2, NGHTTP2_FLAG_NONE,
			settings, sizeof(settings) / sizeof(*settings));
	if (!rc)
		rc = nghttp2_session_set_local_window_size(session->http2,
			NGHTTP2_FLAG_NONE, 0, CONNECTION_WINDOW);
	return rc ? -ENOMEM : 0;
}

void frames_end(struct fr_session *session)
{
	/* Calls no callbacks. */
	nghttp2_session_del(session->http2);
	session->http2 = NULL;
}

void frames_move(struct fr_session *to)
{
	nghttp2_session_set_user_data(to->http2, to);
	for (unsigned i = 0; i < to->count; i++)
		if (to->slots[i].busy)
			(void)nghttp2_session_set_stream_user_data(
				to->http2, to->slots[i].stream, &to->slots[i]);
}

bool frames_may_request(const struct fr_session *session)
{
	return nghttp2_session_check_request_allowed(session->http2);
}

static nghttp2_nv field(const char *name, const char *value, size_t length)
{
	return (nghttp2_nv){
		.name = (uint8_t *)name,
		.namelen = strlen(name),
		.value = (uint8_t *)value,
		.valuelen = length,
	};
}

/* Writes a field's value, cut if it is too long. Returns its length. */
static __attribute__((format(printf, 2, 3))) size_t write_field(
	char value[FIELD_MAX], const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(value, FIELD_MAX, format, arguments);
	va_end(arguments);
	return (size_t)length < FIELD_MAX ? (size_t)length : FIELD_MAX - 1;
}

/* Submits the request of an item; nghttp2 copies the fields. */
static void request(struct fr_session *session, struct session_slot *slot)
{
	const struct fr_job *job = session->job;
	size_t item = slot->sampler.item;
	const char *path = job->urls[item] + session->origin;
	const char *scheme = session->address.secure ? "https" : "http";
	char name[FIELD_MAX], range[FIELD_MAX];
	size_t name_length = write_field(name, "%s/%zu/%u", job->trial,
		item_number(job, item), slot->sampler.sample.retries + 1u);
	size_t range_length = write_field(
		range, "bytes=%s", job->http->range ? job->http->range : "");
	const nghttp2_nv fields[] = {
		field(":method", "GET", 3),
		field(":scheme", scheme, strlen(scheme)),
		field(":authority", session->address.host,
			strlen(session->address.host)),
		field(":path", path, strlen(path)),
		field("x-flagrace-item", name, name_length),
		field("range", range, range_length),
	};
	/* Without a range its field, the last one, is left out. */
	size_t count = sizeof(fields) / sizeof(*fields) - !job->http->range;
	int32_t stream = nghttp2_submit_request(
		session->http2, NULL, fields, count, NULL, slot);

	if (stream < 0)
		session_end(session, slot, CURLE_HTTP2);
	else
		slot->stream = stream;
	session->used = true;
}

/* Returns the oldest item without a stream, so that each gets its turn. */
static struct session_slot *next_request(struct fr_session *session)
{
	struct session_slot *next = NULL;

	for (unsigned i = 0; i < session->count; i++) {
		struct session_slot *slot = &session->slots[i];

		if (session_may_request(session, slot) &&
			(!next || slot->sampler.item < next->sampler.item))
			next = slot;
	}
	return next;
}

void frames_request(struct fr_session *session)
{
	struct session_slot *slot;

	if (!frames_may_request(session))
		return;
	while ((slot = next_request(session)))
		request(session, slot);
}

int frames_read(struct fr_session *session, const char *bytes, size_t length,
	uint64_t now_ns)
{
	session->now_ns = now_ns;
	return nghttp2_session_mem_recv(
		       session->http2, (const uint8_t *)bytes, length) < 0
		? -1
		: 0;
}

bool frames_over(const struct fr_session *session)
{
	/* Also after an error that nghttp2 has reported to the server. */
	return !nghttp2_session_want_read(session->http2) &&
		!nghttp2_session_want_write(session->http2);
}

int frames_compose(struct fr_session *session)
{
	memmove(session->composed, session->composed + session->sent,
		session->length - session->sent);
	session->length -= session->sent;
	session->sent = 0;
	while (session->length + FRAME_MAX <= SESSION_BUFFER) {
		const uint8_t *frame;
		ssize_t n = nghttp2_session_mem_send(session->http2, &frame);

		if (n <= 0)
			return n < 0 ? -1 : 0;
		memcpy(session->composed + session->length, frame, (size_t)n);
		session->length += (size_t)n;
	}
	return 0;
}
