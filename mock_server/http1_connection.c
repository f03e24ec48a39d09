/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/http1_connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/channel.h"
#include "mock_server/dispatch.h"
#include "mock_server/http.h"
#include "mock_server/loop.h"

void http1_init(struct http1_connection *http1, struct loop *loop,
	struct channel *channel, const struct origin *origin,
	void (*due)(struct replies *replies))
{
	*http1 = (struct http1_connection){
		.loop = loop, .channel = channel, .origin = *origin};
	replies_init(&http1->replies, loop, due);
}

void http1_release(struct http1_connection *http1)
{
	replies_release(&http1->replies);
	free(http1->kept);
	http1->kept = NULL;
}

/*
 * Has a request answered, or refuses it with a status. *going: the connection
 * ends with the answer. Returns 0 or -ENOMEM.
 */
static int answer(struct http1_connection *http1, bool *going,
	const struct http_request *request, unsigned refuse)
{
	struct reply *reply = reply_create();
	int rc;

	if (!reply)
		return -ENOMEM;
	rc = dispatch_request(
		http1->loop, &reply->exchange, request, refuse, &http1->origin);
	if (rc) {
		free(reply);
		return rc;
	}
	http1->expects_continue = http1->continued = false;
	*going = reply->exchange.fault == FAULT_GOAWAY;
	reply->http_1_0 = request->protocol == HTTP_1_0;
	return replies_push(&http1->replies, reply);
}

/* If the socket is full it is lost, and the client goes on after a second. */
void http1_continue(struct http1_connection *http1)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!http1->expects_continue || http1->continued ||
		http1->replies.first)
		return;
	http1->continued = true;
	(void)channel_send(http1->channel, text, sizeof(text) - 1);
}

/* When the first of all bytes came that lie here and have come now. */
static uint64_t first_ns(
	const struct http1_connection *http1, uint64_t arrival_ns)
{
	return http1->kept_length ? http1->kept_first_ns : arrival_ns;
}

static int keep(struct http1_connection *http1, const char *bytes,
	size_t length, uint64_t first_ns)
{
	char *kept = NULL;

	if (length) {
		kept = malloc(length);
		if (!kept)
			return -ENOMEM;
		memcpy(kept, bytes, length);
	}
	free(http1->kept);
	http1->kept = kept;
	http1->kept_length = length;
	http1->kept_first_ns = first_ns;
	return 0;
}

int http1_keep(struct http1_connection *http1, const char *bytes, size_t length,
	uint64_t arrival_ns)
{
	return keep(http1, bytes, length, first_ns(http1, arrival_ns));
}

int http1_take(struct http1_connection *http1, char *bytes, size_t length,
	uint64_t arrival_ns)
{
	struct arrival arrival = {first_ns(http1, arrival_ns), arrival_ns};
	bool more = true;
	size_t used = 0;
	int rc = 0;

	while (!rc && more && used < length) {
		struct http_request request;
		size_t consumed = 0;
		bool going = false;
		int outcome;

		http1->full = http1->replies.count == HTTP1_REQUESTS_MAX;
		if (http1->full)
			break;
		outcome = http_parse(
			bytes + used, length - used, &request, &consumed);
		if (outcome == HTTP_MORE) {
			http1->expects_continue = request.expects_continue;
			http1_continue(http1);
			break;
		}
		request.arrival = arrival;
		rc = answer(http1, &going, &request,
			outcome == HTTP_DONE ? 0 : (unsigned)outcome);
		more = outcome == HTTP_DONE && request.keep_alive && !going;
		used += consumed;
		arrival.first_ns = arrival_ns;
	}
	http1->last |= !more;
	if (!rc && (http1->kept_length || used < length))
		rc = keep(http1, bytes + used, length - used, arrival.first_ns);
	return rc;
}

bool http1_can_take(const struct http1_connection *http1)
{
	return http1->full && http1->replies.count < HTTP1_REQUESTS_MAX;
}

int http1_write(struct http1_connection *http1)
{
	int rc = 0;

	while (!rc && replies_are_due(&http1->replies)) {
		rc = replies_write(&http1->replies, http1->channel,
			http1->last && !http1->full);
		if (loop_turn_is_over(http1->loop))
			break;
	}
	return rc;
}

bool http1_is_over(const struct http1_connection *http1)
{
	return http1->replies.end ||
		(http1->last && !http1->full && !http1->replies.first);
}

bool http1_is_stalled(const struct http1_connection *http1)
{
	return (http1->last || http1->full) && replies_stall(&http1->replies);
}
