/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/requests.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "mock_server/http.h"
#include "mock_server/loop.h"

void requests_init(struct requests *requests, struct loop *loop,
	const struct origin *origin, struct replies *replies)
{
	*requests = (struct requests){
		.loop = loop, .origin = *origin, .replies = replies};
}

void requests_release(struct requests *requests)
{
	free(requests->kept);
	requests->kept = NULL;
}

/* Lets the service answer a request, or refuses it with a status. */
static int take_one(struct requests *requests,
	const struct http_request *request, unsigned refuse,
	const struct arrival *arrival)
{
	struct service *service = requests->loop->service;
	struct reply *reply = reply_create(requests->loop);
	int rc;

	if (!reply)
		return -ENOMEM;
	rc = refuse ? service_refuse(service, &reply->exchange, refuse,
			      request->method, &requests->origin)
		    : service_arrive(service, &reply->exchange, request,
			      arrival, &requests->origin);
	if (rc) {
		reply_free(requests->loop, reply);
		return rc;
	}
	requests->expects_continue = requests->continued = false;
	reply->http_1_0 = request->protocol == HTTP_1_0;
	rc = replies_push(requests->replies, reply);
	if (rc)
		return rc;
	return !refuse && request->keep_alive ? REQUESTS_GO_ON : REQUESTS_LAST;
}

/* Lost when the socket is full, which costs but a second. */
void requests_continue(struct requests *requests)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!requests->expects_continue || requests->continued ||
		requests->replies->first)
		return;
	requests->continued = true;
	(void)send(requests->origin.fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
}

int requests_keep(struct requests *requests, const char *bytes, size_t length,
	uint64_t first_ns)
{
	char *kept = NULL;

	if (length) {
		kept = malloc(length);
		if (!kept)
			return -ENOMEM;
		memcpy(kept, bytes, length);
	}
	free(requests->kept);
	requests->kept = kept;
	requests->kept_length = length;
	requests->kept_first_ns = first_ns;
	return 0;
}

uint64_t requests_first_ns(const struct requests *requests, uint64_t arrival_ns)
{
	return requests->kept_length ? requests->kept_first_ns : arrival_ns;
}

int requests_take(struct requests *requests, char *bytes, size_t length,
	uint64_t arrival_ns)
{
	struct arrival arrival = {
		requests_first_ns(requests, arrival_ns), arrival_ns};
	size_t used = 0;
	int rc = REQUESTS_GO_ON;

	while (rc == REQUESTS_GO_ON && used < length) {
		struct http_request request;
		size_t consumed = 0;
		int outcome;

		requests->full = requests->replies->count == REQUESTS_MAX;
		if (requests->full)
			break;
		outcome = http_parse(
			bytes + used, length - used, &request, &consumed);
		if (outcome == HTTP_MORE) {
			requests->expects_continue = request.expects_continue;
			requests_continue(requests);
			break;
		}
		rc = take_one(requests, &request,
			outcome == HTTP_DONE ? 0 : (unsigned)outcome, &arrival);
		used += consumed;
		arrival.first_ns = arrival_ns;
	}
	if (rc >= 0 && (requests->kept_length || used < length) &&
		requests_keep(requests, bytes + used, length - used,
			arrival.first_ns))
		rc = -ENOMEM;
	return rc;
}
