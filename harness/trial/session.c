/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A session of HTTP/2: nghttp2 makes the frames and reads them, this moves the
 * bytes and records what comes. Frames are gathered, so that many requests are
 * one system call.
 */
#include <errno.h>
#include <flagrace/session.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/trial/clock.h"
#include "harness/trial/sampler.h"
#include "harness/trial/wire.h"

enum {
	BUFFER_SIZE = 1 << 16,
	FRAME_MAX = 16384 + 9,
	/* What a server may send before it has to ask. */
	STREAM_WINDOW = 1 << 24,
	CONNECTION_WINDOW = 1 << 30,
	FIELD_MAX = 96, /* of the one that names the item */
};

enum session_state {
	SESSION_OVER,       /* no connection */
	SESSION_CONNECTING, /* a socket that is not connected yet */
	SESSION_CONNECTED,  /* it is */
};

/* A worker: an item in hand, or none. */
struct slot {
	struct sampler sampler; /* of the item, while busy */
	bool busy;
	int32_t stream;  /* 0: it is to be sent yet */
	unsigned status; /* 0: no answer has begun */
};

struct fr_session {
	const struct fr_job *job;
	size_t *next;
	enum session_state state;
	int fd;
	bool used;       /* this connection has had a request */
	bool answered;   /* and has answered one */
	uint64_t now_ns; /* when the bytes in hand were received */
	nghttp2_session *http2;
	struct sockaddr_in address;
	size_t origin; /* length of every URL up to its path */
	char host[WIRE_HOST_MAX];
	char received[BUFFER_SIZE];
	char composed[BUFFER_SIZE]; /* frames not sent yet: from sent on */
	size_t sent, length;
	unsigned in_hand, count;
	struct slot slots[]; /* count */
};

static void end_slot(
	struct fr_session *session, struct slot *slot, CURLcode code)
{
	sampler_end(&slot->sampler, code, slot->status);
	slot->busy = false;
	session->in_hand--;
}

static struct slot *slot_of(nghttp2_session *http2, int32_t stream)
{
	return nghttp2_session_get_stream_user_data(http2, stream);
}

static int begin_answer(
	nghttp2_session *http2, const nghttp2_frame *frame, void *arg)
{
	struct fr_session *session = arg;
	struct slot *slot = slot_of(http2, frame->hd.stream_id);

	if (slot && !slot->sampler.sample.first_byte_ns)
		slot->sampler.sample.first_byte_ns = session->now_ns;
	return 0;
}

static int read_field(nghttp2_session *http2, const nghttp2_frame *frame,
	const uint8_t *name, size_t name_length, const uint8_t *value,
	size_t value_length, uint8_t flags, void *arg)
{
	struct slot *slot = slot_of(http2, frame->hd.stream_id);

	(void)flags, (void)arg;
	/* nghttp2 lets none through but three digits. */
	if (slot && name_length == 7 && memcmp(name, ":status", 7) == 0 &&
		value_length == 3)
		slot->status = (unsigned)((value[0] - '0') * 100 +
			(value[1] - '0') * 10 + (value[2] - '0'));
	return 0;
}

static int read_body(nghttp2_session *http2, uint8_t flags, int32_t stream,
	const uint8_t *bytes, size_t length, void *arg)
{
	struct fr_session *session = arg;
	struct slot *slot = slot_of(http2, stream);

	(void)flags;
	if (!slot ||
		!sampler_body(
			&slot->sampler, (const char *)bytes, length, false))
		return 0;
	nghttp2_session_set_stream_user_data(http2, stream, NULL);
	nghttp2_submit_rst_stream(
		http2, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
	end_slot(session, slot, CURLE_WRITE_ERROR);
	return 0;
}

static int end_stream(
	nghttp2_session *http2, int32_t stream, uint32_t error, void *arg)
{
	struct fr_session *session = arg;
	struct slot *slot = slot_of(http2, stream);

	if (!slot)
		return 0;
	session->answered = true;
	end_slot(session, slot, error ? CURLE_HTTP2_STREAM : CURLE_OK);
	return 0;
}

/* Returns 0 or -ENOMEM. */
static int start_http2(struct fr_session *session)
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

/* The connection is over; what is still in hand will be sent on the next. */
static void leave(struct fr_session *session)
{
	for (unsigned i = 0; i < session->count; i++) {
		struct slot *slot = &session->slots[i];

		if (slot->busy && slot->stream)
			slot->sampler.sample.attempts++;
		slot->stream = 0;
	}
	/* Frees its streams without a word to the callbacks. */
	nghttp2_session_del(session->http2);
	session->http2 = NULL;
	if (session->fd >= 0)
		close(session->fd);
	session->fd = -1;
	session->state = SESSION_OVER;
}

/* The same when it was lost: ends what must not be sent again. */
static void lose(struct fr_session *session, CURLcode code)
{
	for (unsigned i = 0; i < session->count; i++) {
		struct slot *slot = &session->slots[i];

		if (slot->busy && (slot->status || !session->answered))
			end_slot(session, slot, code);
	}
	leave(session);
}

static int connect_anew(struct fr_session *session)
{
	static const int on = 1;

	session->used = session->answered = false;
	session->sent = session->length = 0;
	session->fd =
		socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (session->fd < 0 || start_http2(session) ||
		setsockopt(session->fd, IPPROTO_TCP, TCP_NODELAY, &on,
			sizeof(on)) ||
		(connect(session->fd, (struct sockaddr *)&session->address,
			 sizeof(session->address)) &&
			errno != EINPROGRESS)) {
		lose(session, CURLE_COULDNT_CONNECT);
		return -1;
	}
	session->state = SESSION_CONNECTING;
	return 0;
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

/* Hands an item's request to nghttp2, which copies it. */
static void request(struct fr_session *session, struct slot *slot)
{
	const struct fr_job *job = session->job;
	size_t item = slot->sampler.item;
	const char *path = job->urls[item] + session->origin;
	char name[FIELD_MAX];
	int length = snprintf(
		name, sizeof(name), "%s/%zu" WIRE_ATTEMPT, job->trial, item);
	size_t name_length = (size_t)length < sizeof(name) ? (size_t)length
							   : sizeof(name) - 1;
	const nghttp2_nv fields[] = {
		field(":method", "GET", 3),
		field(":scheme", "http", 4),
		field(":authority", session->host, strlen(session->host)),
		field(":path", path, strlen(path)),
		field("x-flagrace-item", name, name_length),
	};
	int32_t stream = nghttp2_submit_request(session->http2, NULL, fields,
		sizeof(fields) / sizeof(*fields), NULL, slot);

	if (stream < 0)
		end_slot(session, slot, CURLE_HTTP2);
	else
		slot->stream = stream;
	session->used = true;
}

/* Takes items for the slots that are free. */
static void take_items(struct fr_session *session)
{
	uint64_t now_ns = clock_ns();

	for (unsigned i = 0; i < session->count; i++) {
		struct slot *slot = &session->slots[i];
		const struct fr_job *job = session->job;

		if (*session->next == job->n ||
			fr_due_in_ns(job, *session->next) > 0)
			return;
		if (slot->busy)
			continue;
		/* Read anew where it must not be before an item's time. */
		if (job->due_ns)
			now_ns = clock_ns();
		sampler_open(job, *session->next, slot->sampler.sample.worker,
			now_ns);
		sampler_take(&slot->sampler, (*session->next)++);
		slot->busy = true;
		slot->stream = 0;
		slot->status = 0;
		session->in_hand++;
	}
}

/* Requests what is in hand and has not been, if the server still wants any. */
static void request_items(struct fr_session *session)
{
	if (!nghttp2_session_check_request_allowed(session->http2))
		return;
	for (unsigned i = 0; i < session->count; i++)
		if (session->slots[i].busy && !session->slots[i].stream)
			request(session, &session->slots[i]);
}

/* Whether a socket has become a connection; stamps what waited for it. */
static bool is_connected(struct fr_session *session)
{
	struct pollfd socket = {.fd = session->fd, .events = POLLOUT};
	int error = 0;
	socklen_t length = sizeof(error);
	uint64_t now_ns;

	if (session->state == SESSION_CONNECTED)
		return true;
	if (poll(&socket, 1, 0) != 1)
		return false;
	getsockopt(session->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error) {
		lose(session, CURLE_COULDNT_CONNECT);
		return false;
	}
	now_ns = clock_ns();
	for (unsigned i = 0; i < session->count; i++)
		session->slots[i].sampler.sample.connect_ns = now_ns;
	session->state = SESSION_CONNECTED;
	return true;
}

/* Receives until there is no more for now. False: the connection is over. */
static bool receive(struct fr_session *session)
{
	for (;;) {
		ssize_t n =
			recv(session->fd, session->received, BUFFER_SIZE, 0);

		if (n < 0 && errno == EAGAIN)
			return true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			lose(session, n ? CURLE_RECV_ERROR : CURLE_GOT_NOTHING);
			return false;
		}
		session->now_ns = clock_ns();
		if (nghttp2_session_mem_recv(session->http2,
			    (uint8_t *)session->received, (size_t)n) < 0) {
			lose(session, CURLE_HTTP2);
			return false;
		}
		/* Fewer than there was room for: that was all. */
		if (n < BUFFER_SIZE)
			return true;
	}
}

/* Gathers frames while there is room. Returns 0 or -1. */
static int compose(struct fr_session *session)
{
	memmove(session->composed, session->composed + session->sent,
		session->length - session->sent);
	session->length -= session->sent;
	session->sent = 0;
	while (session->length + FRAME_MAX <= BUFFER_SIZE) {
		const uint8_t *frame;
		ssize_t n = nghttp2_session_mem_send(session->http2, &frame);

		if (n <= 0)
			return (int)n;
		memcpy(session->composed + session->length, frame, (size_t)n);
		session->length += (size_t)n;
	}
	return 0;
}

/* Sends until there is no room for now. */
static void transmit(struct fr_session *session)
{
	for (;;) {
		ssize_t n;

		if (compose(session) < 0) {
			lose(session, CURLE_HTTP2);
			return;
		}
		if (!session->length)
			return;
		n = send(session->fd, session->composed, session->length,
			MSG_NOSIGNAL);
		if (n >= 0) {
			session->sent = (size_t)n;
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != EINTR) {
			lose(session, CURLE_SEND_ERROR);
			return;
		}
	}
}

static uint64_t deadline_ns(
	const struct fr_session *session, const struct slot *slot)
{
	return slot->sampler.sample.start_ns +
		session->job->http->timeout_ms * NS_PER_MS;
}

static void give_up_overdue(struct fr_session *session)
{
	uint64_t now_ns = clock_ns();

	for (unsigned i = 0; i < session->count; i++) {
		struct slot *slot = &session->slots[i];

		if (!slot->busy || deadline_ns(session, slot) > now_ns)
			continue;
		if (slot->stream) {
			nghttp2_session_set_stream_user_data(
				session->http2, slot->stream, NULL);
			nghttp2_submit_rst_stream(session->http2,
				NGHTTP2_FLAG_NONE, slot->stream,
				NGHTTP2_CANCEL);
		}
		end_slot(session, slot, CURLE_OPERATION_TIMEDOUT);
	}
}

/* A connection that nothing more may, or should, be asked of. */
static bool is_used_up(const struct fr_session *session)
{
	if (session->state != SESSION_CONNECTED)
		return false;
	for (unsigned i = 0; i < session->count; i++)
		if (session->slots[i].busy && session->slots[i].stream)
			return false;
	return (session->used && session->job->http->fresh_connections) ||
		!nghttp2_session_check_request_allowed(session->http2);
}

bool fr_session_serve(struct fr_session *session)
{
	give_up_overdue(session);
	if (session->state != SESSION_OVER && is_connected(session))
		(void)receive(session);
	if (is_used_up(session))
		leave(session);
	take_items(session);
	/* A connection that cannot be made fails what is in hand. */
	while (session->in_hand && session->state == SESSION_OVER)
		if (connect_anew(session) < 0)
			take_items(session);
	if (session->in_hand && is_connected(session)) {
		request_items(session);
		transmit(session);
		/* What that lost is sent again, or replaced, at the next call. */
	}
	return session->in_hand > 0 || *session->next < session->job->n;
}

uint64_t fr_session_waits(const struct fr_session *session, struct pollfd *what)
{
	const struct fr_job *job = session->job;
	bool writes = session->state == SESSION_CONNECTING ||
		session->length > session->sent;
	uint64_t now_ns = clock_ns(), due_ns = UINT64_MAX;

	*what = (struct pollfd){
		.fd = session->fd,
		.events = writes ? POLLIN | POLLOUT : POLLIN,
	};
	if (session->state == SESSION_OVER && session->in_hand)
		return 0;
	for (unsigned i = 0; i < session->count; i++) {
		const struct slot *slot = &session->slots[i];

		if (slot->busy && deadline_ns(session, slot) < due_ns)
			due_ns = deadline_ns(session, slot);
	}
	if (session->in_hand < session->count && *session->next < job->n &&
		now_ns + fr_due_in_ns(job, *session->next) < due_ns)
		due_ns = now_ns + fr_due_in_ns(job, *session->next);
	return due_ns > now_ns ? due_ns - now_ns : 0;
}

int fr_session_open(struct fr_session **out, const struct fr_job *job,
	size_t *next, unsigned first, unsigned slots)
{
	size_t size = sizeof(**out) + slots * sizeof(struct slot);
	struct fr_session *session = aligned_alloc(64, (size + 63) / 64 * 64);
	int rc;

	*out = NULL;
	if (!session)
		return -ENOMEM;
	memset(session, 0, size);
	session->job = job;
	session->next = next;
	session->fd = -1;
	rc = wire_find_server(
		job, &session->address, &session->origin, session->host);
	for (; session->count < slots && !rc; session->count++) {
		struct slot *slot = &session->slots[session->count];

		rc = sampler_init(&slot->sampler, job);
		slot->sampler.sample.worker = first + session->count;
	}
	if (rc)
		fr_session_close(session);
	else
		*out = session;
	return rc;
}

void fr_session_close(struct fr_session *session)
{
	if (!session)
		return;
	leave(session);
	for (unsigned i = 0; i < session->count; i++)
		sampler_release(&session->slots[i].sampler);
	free(session);
}
