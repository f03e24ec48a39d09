/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the control interface, and item requests under the settings that it
 * has made. Each line of the input is one request, by its first character:
 *
 *   =FORM    a PUT of settings
 *   ?QUERY   asks for the witness
 *   /PATH    asks for an item
 *   rRANGE   asks for a part of an item
 *   @HOST    asks for the figures, under that name of the host
 *   M        asks for the metrics
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/content.h"
#include "mock_server/control.h"
#include "mock_server/service.h"
#include "tests/fuzz/fuzz.h"

enum { LINES_MAX = 32 };

/* Exchanges that are not finished yet. */
struct state {
	struct service service;
	struct control control;
	struct mailbox mailbox;
	struct exchange exchanges[LINES_MAX];
	size_t count;
};

static void admitted(struct exchange *exchange)
{
	require(exchange->due_ns >= exchange->arrival_ns);
}

static struct http_span span(const char *text)
{
	return (struct http_span){text, strlen(text)};
}

static struct http_request request_of(const char *line, size_t length)
{
	struct http_request request = {.line = span("-"), .keep_alive = true};
	const struct http_span rest = {line + 1, length - 1};

	switch (*line) {
	case '=':
		request.method = HTTP_PUT;
		request.path = span("/_flagrace/config");
		request.body = rest;
		break;
	case '?':
		request.path = span("/_flagrace/witness");
		request.query = rest;
		break;
	case 'r':
		request.path = span("/flags/cn/cn.gif");
		request.range = rest;
		break;
	case '@':
		request.path = span("/_flagrace/stats");
		request.host = rest;
		break;
	case '/':
		request.path = (struct http_span){
			line, length < HTTP_LINE_MAX ? length : HTTP_LINE_MAX};
		request.item = span("t/1/1");
		break;
	default:
		request.path = span("/_flagrace/metrics");
	}
	return request;
}

static void ask(struct state *state, const char *line, size_t length)
{
	const struct origin origin = {
		.connection = 1, .fd = -1, .mailbox = &state->mailbox};
	struct http_request request = request_of(line, length);
	struct exchange *exchange = &state->exchanges[state->count];

	request.arrival = (struct arrival){1, 1};
	exchange->admitted = admitted;
	if (control_owns(request.path) ? control_arrive(&state->control,
						 exchange, &request, &origin)
				       : service_arrive(&state->service,
						 exchange, &request, &origin))
		return;
	require(exchange->response.status >= 200 &&
		exchange->response.status <= 599);
	require(exchange->body_length <= exchange->response.body_length);
	state->count++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct content *content; /* drawing takes too long each time */
	struct state state = {.mailbox.wake_fd = -1};
	struct settings settings;
	const char *line = (const char *)data, *end = line + size;

	if (!content)
		require(!content_create(&content, -1, 0));
	settings_init(&settings);
	require(!service_init(&state.service, &settings, content, NULL));
	control_init(&state.control, &state.service);
	while (line < end && state.count < LINES_MAX) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((newline ? newline : end) - line);

		if (length)
			ask(&state, line, length);
		line += length + 1;
	}
	service_deliver(&state.service, &state.mailbox);
	for (size_t i = 0; i < state.count; i++)
		service_finish(&state.service, &state.exchanges[i], i % 2);
	require(state.service.in_flight == 0 &&
		state.service.capacity.served == 0);
	require(!state.service.capacity.waiting.first &&
		!state.mailbox.exchanges.first);
	control_release(&state.control);
	service_release(&state.service);
	return 0;
}
