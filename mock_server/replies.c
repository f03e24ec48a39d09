/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/replies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "mock_server/channel.h"
#include "mock_server/loop.h"
#include "mock_server/pace.h"
#include "mock_server/service.h"

enum {
	IOV_PER_REPLY = 3,
	IOV_COUNT_MAX = 32 * IOV_PER_REPLY,
	/* Bytes that are written at once: the kernel takes 5 GB a second. */
	WRITE_MAX = 1 << 17,
};

void replies_init(struct replies *replies, struct loop *loop,
	void (*due)(struct replies *replies))
{
	*replies = (struct replies){.loop = loop, .due = due};
	replies->last = &replies->first;
}

static void reply_due(struct timer *timer)
{
	struct reply *reply = container_of(timer, struct reply, timer);

	reply->due = true;
	/* Others are sent with the first one, when that is due. */
	if (reply->replies->first == reply)
		reply->replies->due(reply->replies);
}

/* Sets the timer to the due time, if that is known. */
static int await_due(struct reply *reply)
{
	if (reply->exchange.due_ns == EXCHANGE_NOT_DUE)
		return 0;
	return timers_set(&reply->replies->loop->timers, &reply->timer,
		reply->exchange.due_ns, reply_due);
}

static void reply_admitted(struct exchange *exchange)
{
	struct reply *reply = container_of(exchange, struct reply, exchange);

	/* Without memory for a timer it is answered too early. */
	if (await_due(reply))
		reply_due(&reply->timer);
}

struct reply *reply_create(void)
{
	struct reply *reply = malloc(sizeof(*reply));

	if (reply)
		reply->exchange.admitted = reply_admitted;
	return reply;
}

/* Takes off the first reply. */
static void pop(struct replies *replies, bool complete)
{
	struct reply *reply = replies->first;

	replies->first = reply->next;
	if (!replies->first)
		replies->last = &replies->first;
	replies->count--;
	timers_clear(&replies->loop->timers, &reply->timer);
	service_finish(replies->loop->service, &reply->exchange, complete);
	free(reply);
}

void replies_release(struct replies *replies)
{
	while (replies->first)
		pop(replies, false);
}

bool replies_stall(const struct replies *replies)
{
	return replies->first && replies->first->exchange.fault == FAULT_STALL;
}

bool replies_are_due(const struct replies *replies)
{
	return replies->end == FAULT_GOES_ON && replies->first &&
		replies->first->due;
}

int replies_push(struct replies *replies, struct reply *reply)
{
	memset(&reply->timer, 0, sizeof(reply->timer));
	reply->replies = replies;
	reply->next = NULL;
	reply->tail_length = reply->sent = 0;
	reply->due = reply->exchange.due_ns <= reply->exchange.arrival_ns;
	*replies->last = reply;
	replies->last = &reply->next;
	replies->count++;
	return reply->due ? 0 : await_due(reply);
}

/* Makes the end of the head, which depends on the time and the connection. */
static void make_tail(struct reply *reply, bool last)
{
	const char *date = reply->replies->loop->date;
	const char *end = "\r\n";
	size_t length;

	if (last)
		end = "Connection: close\r\n\r\n";
	else if (reply->http_1_0)
		end = "Connection: keep-alive\r\n\r\n";
	length = strlen(end);
	memcpy(reply->tail, date, LOOP_DATE_LENGTH);
	memcpy(reply->tail + LOOP_DATE_LENGTH, end, length);
	reply->tail_length = LOOP_DATE_LENGTH + length;
}

static size_t head_length(const struct reply *reply)
{
	return reply->exchange.response.head_length + reply->tail_length;
}

/* How much of the body may be sent by now: all, unless its speed is limited. */
static size_t body_allowed(const struct reply *reply, uint64_t now_ns)
{
	const struct exchange *exchange = &reply->exchange;

	if (!exchange->bytes_per_s)
		return exchange->body_length;
	return pace_allowed(exchange->bytes_per_s,
		reply->sent ? now_ns - exchange->sent_ns : 0,
		exchange->body_length);
}

/*
 * Points up to IOV_PER_REPLY pieces at what is left to send, with `body` bytes
 * of the body, and takes their length from *room. Returns how many.
 */
static size_t gather(
	struct reply *reply, size_t body, struct iovec *iov, size_t *room)
{
	const struct response *response = &reply->exchange.response;
	const struct iovec pieces[IOV_PER_REPLY] = {
		{(char *)response->bytes, response->head_length},
		{reply->tail, reply->tail_length},
		{(char *)response->body, body},
	};
	size_t skip = reply->sent, n = 0;

	for (int i = 0; i < IOV_PER_REPLY; i++) {
		if (skip >= pieces[i].iov_len) {
			skip -= pieces[i].iov_len;
			continue;
		}
		iov[n].iov_base = (char *)pieces[i].iov_base + skip;
		iov[n].iov_len = pieces[i].iov_len - skip;
		if (iov[n].iov_len > *room)
			iov[n].iov_len = *room;
		*room -= iov[n++].iov_len;
		skip = 0;
	}
	return n;
}

/* Notes that the kernel took n bytes of what was offered at now_ns. */
static void account(struct replies *replies, size_t n, uint64_t now_ns)
{
	while (n) {
		struct reply *reply = replies->first;
		size_t left = head_length(reply) + reply->exchange.body_length -
			reply->sent;

		if (!reply->sent)
			reply->exchange.sent_ns = now_ns;
		if (n < left) {
			reply->sent += n;
			return;
		}
		n -= left;
		reply->exchange.done_ns = now_ns;
		replies->end = fault_end(reply->exchange.fault);
		pop(replies, true);
	}
}

/* Has a reply of limited speed wait for its next step. */
static int await_pace(struct reply *reply)
{
	const struct exchange *exchange = &reply->exchange;

	reply->due = false;
	return timers_set(&reply->replies->loop->timers, &reply->timer,
		exchange->sent_ns +
			pace_next_ns(exchange->bytes_per_s,
				reply->sent - head_length(reply),
				exchange->body_length),
		reply_due);
}

/* Collects the pieces of the replies that go together. */
static void gather_all(struct replies *replies, struct msghdr *message,
	bool closing, uint64_t now_ns)
{
	struct reply *reply = replies->first;
	size_t room = WRITE_MAX;

	for (; reply && reply->due && room &&
		message->msg_iovlen + IOV_PER_REPLY <= IOV_COUNT_MAX;
		reply = reply->next) {
		const struct exchange *exchange = &reply->exchange;

		if (exchange->fault == FAULT_RESET)
			return;
		if (!reply->tail_length)
			make_tail(reply, closing && !reply->next);
		message->msg_iovlen +=
			gather(reply, body_allowed(reply, now_ns),
				message->msg_iov + message->msg_iovlen, &room);
		if (exchange->bytes_per_s || fault_end(exchange->fault))
			return;
	}
}

int replies_write(
	struct replies *replies, struct channel *channel, bool closing)
{
	struct iovec iov[IOV_COUNT_MAX];
	struct msghdr message = {.msg_iov = iov};
	uint64_t now_ns = loop_stamp(replies->loop);
	ssize_t n;

	if (replies->first->exchange.fault == FAULT_RESET) {
		replies->end = FAULT_RESETS;
		return 0;
	}
	gather_all(replies, &message, closing, now_ns);
	if (!message.msg_iovlen)
		return await_pace(replies->first);
	n = channel_send_pieces(channel, &message);
	if (n < 0)
		return (int)n;
	account(replies, (size_t)n, now_ns);
	return 0;
}
