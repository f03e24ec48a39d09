/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/2 as nghttp2's client sees it, which checks more of an answer than most
 * programs do.
 */
#include "tests/unit/live_server.h"

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIELDS_MAX = 16 };

struct field {
	const char *name, *value;
};

struct question {
	const char *method, *path;
	struct field fields[FIELDS_MAX]; /* up to the one without a name */
	const char *body;                /* NULL: none */
	struct field trailer;
	bool waits; /* the body does, for "100 Continue" */
};

struct reply {
	unsigned status;
	bool continued; /* status 100 came first */
	size_t body_length;
	uint32_t error; /* the stream's, 0: it ended well */
};

struct client {
	int fd;
	nghttp2_session *session;
	const struct question *question;
	struct reply reply;
	bool over;
};

static int field_came(nghttp2_session *session, const nghttp2_frame *frame,
	const uint8_t *name, size_t name_length, const uint8_t *value,
	size_t value_length, uint8_t flags, void *user)
{
	struct client *client = user;

	(void)value_length, (void)flags;
	if (name_length != 7 || memcmp(name, ":status", 7) != 0)
		return 0;
	client->reply.status = (unsigned)atoi((const char *)value);
	if (client->reply.status == 100) {
		client->reply.continued = true;
		if (client->question->waits)
			assert_int_equal(nghttp2_session_resume_data(
						 session, frame->hd.stream_id),
				0);
	}
	return 0;
}

static int body_came(nghttp2_session *session, uint8_t flags, int32_t id,
	const uint8_t *bytes, size_t length, void *user)
{
	struct client *client = user;

	(void)session, (void)flags, (void)id, (void)bytes;
	client->reply.body_length += length;
	return 0;
}

/* The answer is whole, though the request may not be. */
static int frame_came(
	nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct client *client = user;

	(void)session;
	if (frame->hd.stream_id && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
		client->over = true;
	return 0;
}

static int stream_closed(
	nghttp2_session *session, int32_t id, uint32_t error, void *user)
{
	struct client *client = user;

	(void)session, (void)id;
	client->reply.error = error;
	client->over = true;
	return 0;
}

static nghttp2_nv nv(struct field field)
{
	return (nghttp2_nv){.name = (uint8_t *)field.name,
		.namelen = strlen(field.name),
		.value = (uint8_t *)field.value,
		.valuelen = strlen(field.value)};
}

/* The body is sent in one piece, and the trailer after it. */
static ssize_t send_body(nghttp2_session *session, int32_t id, uint8_t *bytes,
	size_t room, uint32_t *flags, nghttp2_data_source *source, void *user)
{
	struct client *client = user;
	const struct field *trailer = &client->question->trailer;
	size_t length = strlen(client->question->body);

	(void)source;
	if (client->question->waits && !client->reply.continued)
		return NGHTTP2_ERR_DEFERRED;
	assert_true(length <= room);
	memcpy(bytes, client->question->body, length);
	*flags |= NGHTTP2_DATA_FLAG_EOF;
	if (trailer->name) {
		const nghttp2_nv last = nv(*trailer);

		*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
		assert_int_equal(
			nghttp2_submit_trailer(session, id, &last, 1), 0);
	}
	return (ssize_t)length;
}

static void open_client(struct client *client, const struct fixture *f)
{
	nghttp2_session_callbacks *callbacks;

	client->fd = live_connect_to(f);
	assert_true(client->fd >= 0);
	assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, field_came);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
		callbacks, body_came);
	nghttp2_session_callbacks_set_on_frame_recv_callback(
		callbacks, frame_came);
	nghttp2_session_callbacks_set_on_stream_close_callback(
		callbacks, stream_closed);
	assert_int_equal(
		nghttp2_session_client_new(&client->session, callbacks, client),
		0);
	nghttp2_session_callbacks_del(callbacks);
	assert_int_equal(nghttp2_submit_settings(
				 client->session, NGHTTP2_FLAG_NONE, NULL, 0),
		0);
}

static void submit(struct client *client)
{
	const struct question *question = client->question;
	const nghttp2_data_provider body = {.read_callback = send_body};
	nghttp2_nv fields[FIELDS_MAX + 4] = {
		nv((struct field){":method", question->method}),
		nv((struct field){":scheme", "http"}),
		nv((struct field){":authority", "localhost"}),
		nv((struct field){":path",
			question->path ? question->path : "/flags/cn/cn.gif"}),
	};
	size_t n = 4;

	for (size_t i = 0; i < FIELDS_MAX && question->fields[i].name; i++)
		fields[n++] = nv(question->fields[i]);
	assert_true(nghttp2_submit_request(client->session, NULL, fields, n,
			    question->body ? &body : NULL, NULL) > 0);
}

static void write_frames(struct client *client)
{
	const uint8_t *bytes;
	ssize_t n;

	while ((n = nghttp2_session_mem_send(client->session, &bytes)) > 0)
		assert_int_equal(
			send(client->fd, bytes, (size_t)n, MSG_NOSIGNAL), n);
	assert_int_equal(n, 0);
}

/* Until a request is answered or reset. */
static void exchange_frames(struct client *client)
{
	client->over = false;
	write_frames(client);
	while (!client->over) {
		uint8_t bytes[16384];
		ssize_t n = recv(client->fd, bytes, sizeof(bytes), 0);

		assert_true(n > 0);
		assert_int_equal(nghttp2_session_mem_recv(
					 client->session, bytes, (size_t)n),
			n);
		write_frames(client);
	}
}

static void converse(struct client *client)
{
	submit(client);
	exchange_frames(client);
}

static void close_client(struct client *client)
{
	nghttp2_session_del(client->session);
	(void)close(client->fd);
}

/* Sends a request on a new connection. */
static struct reply ask(const struct fixture *f, struct question question)
{
	struct client client = {.question = &question};

	open_client(&client, f);
	converse(&client);
	close_client(&client);
	return client.reply;
}

static void a_refused_head_has_no_body(void **state)
{
	struct question question = {.method = "HEAD",
		.fields = {{"x-flagrace-item", "t/1/1"},
			{"x-flagrace-item", "t/1/1"}}};
	struct reply reply = ask(*state, question);

	assert_int_equal(reply.status, 400);
	assert_int_equal(reply.error, 0);
	assert_int_equal(reply.body_length, 0);
	question.method = "GET";
	reply = ask(*state, question);
	assert_int_equal(reply.status, 400);
	assert_int_equal(reply.body_length, strlen("Bad Request\n"));
}

/* Sends one piece of the body, and never the rest. */
static ssize_t send_beginning(nghttp2_session *session, int32_t id,
	uint8_t *bytes, size_t room, uint32_t *flags,
	nghttp2_data_source *source, void *user)
{
	const size_t length = room < 16000 ? room : 16000;
	bool *sent = source->ptr;

	(void)session, (void)id, (void)flags, (void)user;
	if (*sent)
		return NGHTTP2_ERR_DEFERRED;
	memset(bytes, 'a', length);
	*sent = true;
	return (ssize_t)length;
}

/*
 * Without a bound, a client could have the server keep megabytes for each of
 * its connections. So requests are answered that have no end.
 */
static void bodies_without_an_end_are_kept_to_a_bound(void **state)
{
	enum { STREAMS = 100 };
	bool sent[STREAMS] = {false};
	const struct question question = {.method = "PUT"};
	struct client client = {.question = &question};
	const nghttp2_nv fields[] = {
		nv((struct field){":method", "PUT"}),
		nv((struct field){":scheme", "http"}),
		nv((struct field){":authority", "localhost"}),
		nv((struct field){":path", "/_flagrace/config"}),
	};

	open_client(&client, *state);
	for (int i = 0; i < STREAMS; i++) {
		const nghttp2_data_provider body = {.source.ptr = &sent[i],
			.read_callback = send_beginning};

		assert_true(nghttp2_submit_request(client.session, NULL, fields,
				    4, &body, NULL) > 0);
	}
	exchange_frames(&client);
	close_client(&client);
	assert_int_equal(client.reply.status, 503);
}

static void trailers_are_no_header_fields(void **state)
{
	struct row rows[1];
	const struct reply reply = ask(*state,
		(struct question){.method = "GET",
			.fields = {{"x-flagrace-item", "t/8/1"}},
			.body = "x",
			.trailer = {"x-flagrace-item", "t/7/1"}});

	assert_int_equal(reply.status, 200);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 1), 1);
	assert_int_equal(rows[0].item, 8);
}

static void a_body_is_awaited_with_100_continue(void **state)
{
	struct question question = {.method = "PUT",
		.path = "/_flagrace/config",
		.fields = {{"expect", "100-continue"}},
		.body = "seed=8",
		.waits = true};
	struct reply reply = ask(*state, question);

	assert_true(reply.continued);
	assert_int_equal(reply.status, 200);
	assert_int_equal(reply.error, 0);
	/* Nor is a body asked for that will be refused. */
	question.fields[1] = (struct field){"x-flagrace-item", "t/1/1"};
	question.fields[2] = question.fields[1];
	reply = ask(*state, question);
	assert_false(reply.continued);
	assert_int_equal(reply.status, 400);
	question.fields[0].value = "wonders";
	reply = ask(*state, question);
	assert_int_equal(reply.status, 417);
}

/* Whatever the size of the last frame, which may fill the server's buffer. */
static void an_answer_is_done_when_it_is_written(void **state)
{
	static const char *const sizes[] = {"payload=1000", "payload=16000",
		"payload=16384", "payload=20000", "payload=32768",
		"payload=65536"};
	const struct question question = {
		.method = "GET", .fields = {{"x-flagrace-item", "t/8/1"}}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct client client = {.question = &question};
		struct row row;

		live_configure(*state, sizes[i], 200);
		open_client(&client, *state);
		converse(&client);
		assert_int_equal(live_stat_of(*state, "in_flight"), 0);
		assert_int_equal(live_witness(*state, "?all", &row, 1), 1);
		assert_int_equal(row.bytes, client.reply.body_length);
		assert_string_equal(row.protocol, "h2");
		assert_true(row.accepted_ns && row.accepted_ns <= row.sent_ns);
		assert_true(row.first_in_ns <= row.arrival_ns);
		assert_true(row.arrival_ns <= row.sent_ns);
		assert_true(row.sent_ns <= row.done_ns);
		close_client(&client);
	}
}

/*
 * HPACK names a field of 3 KB by a byte: frames of a few kB expand to
 * megabytes, which are not expanded to their end.
 */
static void a_header_bomb_ends_the_connection(void **state)
{
	enum { FIELDS = 4000, VALUE = 3000 };
	const struct question question = {.method = "GET"};
	struct client client = {.question = &question};
	nghttp2_nv *fields = calloc(FIELDS + 4, sizeof(*fields));
	nghttp2_session_callbacks *callbacks;
	char *value = malloc(VALUE + 1);
	nghttp2_option *option;
	ssize_t got = 1;
	char byte[4096];

	assert_non_null(fields);
	assert_non_null(value);
	memset(value, 'x', VALUE);
	value[VALUE] = '\0';
	fields[0] = nv((struct field){":method", "GET"});
	fields[1] = nv((struct field){":scheme", "http"});
	fields[2] = nv((struct field){":authority", "a"});
	fields[3] = nv((struct field){":path", "/flags/cn/cn.gif"});
	for (size_t i = 0; i < FIELDS; i++)
		fields[4 + i] = nv((struct field){"a", value});
	client.fd = live_connect_to(*state);
	assert_int_equal(nghttp2_option_new(&option), 0);
	nghttp2_option_set_max_send_header_block_length(
		option, (size_t)FIELDS * (VALUE + 100));
	assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
	assert_int_equal(nghttp2_session_client_new2(
				 &client.session, callbacks, &client, option),
		0);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_option_del(option);
	assert_int_equal(nghttp2_submit_settings(
				 client.session, NGHTTP2_FLAG_NONE, NULL, 0),
		0);
	assert_true(nghttp2_submit_request(client.session, NULL, fields,
			    FIELDS + 4, NULL, NULL) > 0);
	write_frames(&client);
	while (got > 0)
		got = recv(client.fd, byte, sizeof(byte), 0);
	close_client(&client);
	free(value);
	free(fields);
	/* Other clients are served as before. */
	assert_int_equal(
		ask(*state, (struct question){.method = "GET"}).status, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(a_refused_head_has_no_body),
		LIVE(bodies_without_an_end_are_kept_to_a_bound),
		LIVE(trailers_are_no_header_fields),
		LIVE(a_body_is_awaited_with_100_continue),
		LIVE(an_answer_is_done_when_it_is_written),
		LIVE(a_header_bomb_ends_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
