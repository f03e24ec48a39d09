/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/live_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static void *serve(void *arg)
{
	struct fixture *f = arg;

	f->result = mock_server_run(f->server, f->stop_fd);
	return NULL;
}

int live_start(void **state, unsigned workers,
	const struct mock_setting *settings, size_t count, const char *root)
{
	return live_start_with(state,
		&(const struct mock_server_options){
			.host = "127.0.0.1",
			.workers = workers,
			.root = root,
			.settings = settings,
			.settings_count = count,
		});
}

int live_start_with(void **state, const struct mock_server_options *options)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct mock_error err = {""};

	if (!f)
		return -1;
	*state = f;
	f->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (f->stop_fd < 0 || mock_server_open(&f->server, options, &err)) {
		print_error("mock_server_open: %s\n", err.text);
		return -1;
	}
	f->port = (uint16_t)atoi(strrchr(mock_server_url(f->server), ':') + 1);
	return pthread_create(&f->thread, NULL, serve, f);
}

int live_start_fast(void **state)
{
	const struct mock_setting settings[] = {{"seed", "7"}};

	return live_start(state, 1, settings, 1, NULL);
}

int live_start_slow(void **state)
{
	const struct mock_setting settings[] = {
		{"seed", "7"}, {"latency", "1s"}};

	return live_start(state, 1, settings, 2, NULL);
}

int live_start_held(void **state)
{
	const struct mock_setting settings[] = {{"seed", "7"},
		{"capacity", "1"}, {"latency", "bimodal:0s,3600s,0.5"}};

	return live_start(state, 1, settings, 3, NULL);
}

void live_order_stop(struct fixture *f)
{
	const uint64_t one = 1;

	assert_int_equal(write(f->stop_fd, &one, sizeof(one)), sizeof(one));
}

int live_stop(void **state)
{
	struct fixture *f = *state;

	live_order_stop(f);
	(void)pthread_join(f->thread, NULL);
	mock_server_close(f->server);
	(void)close(f->stop_fd);
	if (f->result)
		print_error("mock_server_run: %d\n", f->result);
	free(f);
	return 0;
}

int live_connect_to(const struct fixture *f)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(f->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

void live_send_text(int fd, const char *text)
{
	size_t length = strlen(text);

	assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

/* Reads one byte; false at the end, or after a reset. */
static int read_byte(int fd, struct answer *answer)
{
	assert_true(answer->length < ANSWER_MAX - 1);
	if (recv(fd, answer->text + answer->length, 1, 0) != 1)
		return 0;
	answer->text[++answer->length] = '\0';
	return 1;
}

void live_read_answer(int fd, struct answer *answer, int head_only)
{
	const char *length;

	answer->length = 0;
	answer->text[0] = '\0';
	while (!strstr(answer->text, "\r\n\r\n"))
		assert_true(read_byte(fd, answer));
	answer->status = (unsigned)atoi(answer->text + strlen("HTTP/1.1 "));
	answer->body_length = 0;
	length = strstr(answer->text, "Content-Length: ");
	if (length && !head_only)
		answer->body_length = (size_t)atoi(length + 16);
	answer->body = answer->text + answer->length;
	for (size_t i = 0; i < answer->body_length; i++)
		assert_true(read_byte(fd, answer));
}

void live_expect_end(int fd)
{
	char byte;

	assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

void live_reset(int fd)
{
	const struct linger at_once = {.l_onoff = 1};

	/* socket(7), SO_LINGER */
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once,
				 sizeof(at_once)),
		0);
	(void)close(fd);
}

void live_ask(
	const struct fixture *f, const char *request, struct answer *answer)
{
	int fd = live_connect_to(f);

	assert_true(fd >= 0);
	live_send_text(fd, request);
	live_read_answer(fd, answer, strncmp(request, "HEAD", 4) == 0);
	(void)close(fd);
}

void live_configure(const struct fixture *f, const char *form, unsigned status)
{
	char request[512];
	struct answer answer;

	(void)snprintf(request, sizeof(request),
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		strlen(form), form);
	live_ask(f, request, &answer);
	assert_int_equal(answer.status, status);
}

uint64_t live_stat_of(const struct fixture *f, const char *name)
{
	struct answer answer;
	char key[64];
	const char *found;

	live_ask(f, "GET /_flagrace/stats HTTP/1.0\r\n\r\n", &answer);
	(void)snprintf(key, sizeof(key), "\"%s\": ", name);
	found = strstr(answer.body, key);
	assert_non_null(found);
	return strtoull(found + strlen(key), NULL, 10);
}

/* The text of the next field of a line. Moves *line past it. */
static void next_field(const char **line, char *text, size_t size)
{
	size_t length = strcspn(*line, ",\r");

	assert_true(length < size);
	memcpy(text, *line, length);
	text[length] = '\0';
	*line += length + ((*line)[length] == ',');
}

static unsigned long long next_number(const char **line)
{
	char text[32], *end;
	unsigned long long number;

	next_field(line, text, sizeof(text));
	number = *text ? strtoull(text, &end, 10) : 0;
	assert_true(!*text || !*end);
	return number;
}

static void read_row(const char **line, struct row *row)
{
	row->item = next_number(line);
	row->attempt = next_number(line);
	row->arrival_ns = next_number(line);
	row->delay_ns = next_number(line);
	row->sent_ns = next_number(line);
	row->bytes = next_number(line);
	next_field(line, row->hash, sizeof(row->hash));
	row->in_flight = next_number(line);
	row->connection = next_number(line);
	row->status = next_number(line);
	next_field(line, row->fault, sizeof(row->fault));
	row->queue_ns = next_number(line);
	next_field(line, row->path_hash, sizeof(row->path_hash));
	row->gone_ns = next_number(line);
	next_field(line, row->trial, sizeof(row->trial));
	next_field(line, row->method, sizeof(row->method));
	next_field(line, row->protocol, sizeof(row->protocol));
	row->accepted_ns = next_number(line);
	row->first_in_ns = next_number(line);
	row->done_ns = next_number(line);
	row->retry_after_s = next_number(line);
	next_field(line, row->tls, sizeof(row->tls));
	assert_memory_equal(*line, "\r\n", 2);
	*line += 2;
}

size_t live_witness(const struct fixture *f, const char *query,
	struct row *rows, size_t max)
{
	static const char header[] =
		"item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
		"in_flight_at_arrival,connection,status,fault,queue_ns,"
		"path_hash,gone_ns,trial,method,protocol,accepted_ns,"
		"first_in_ns,done_ns,retry_after_s,tls\r\n";
	char request[128];
	struct answer *answer = malloc(sizeof(*answer));
	const char *line;
	size_t n = 0;

	assert_non_null(answer);
	(void)snprintf(request, sizeof(request),
		"GET /_flagrace/witness%s HTTP/1.0\r\n\r\n", query);
	live_ask(f, request, answer);
	assert_int_equal(answer->status, 200);
	assert_non_null(strstr(answer->text, "\r\nX-Flagrace-Dropped: 0\r\n"));
	assert_memory_equal(answer->body, header, strlen(header));
	for (line = answer->body + strlen(header); *line; n++) {
		assert_true(n < max);
		read_row(&line, &rows[n]);
	}
	free(answer);
	return n;
}
