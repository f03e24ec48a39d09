/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/replies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "mock_server/loop.h"
#include "mock_server/owner.h"

enum {
	IOV_PER_REPLY = 3,
	IOV_COUNT_MAX = 32 * IOV_PER_REPLY,
};

void replies_init(struct replies *replies, struct loop *loop,
	void (*due)(struct replies *replies))
{
	replies->loop = loop;
	replies->first = NULL;
	replies->last = &replies->first;
	replies->count = 0;
	replies->due = due;
}

struct reply *reply_create(struct loop *loop)
{
	struct reply *reply = loop->spare_replies;

	if (reply)
		loop->spare_replies = reply->next;
	else
		reply = malloc(sizeof(*reply));
	return reply;
}

void reply_free(struct loop *loop, struct reply *reply)
{
	reply->next = loop->spare_replies;
	loop->spare_replies = reply;
}

/* Takes the first reply off the queue. */
static void pop(struct replies *replies, bool complete)
{
	struct reply *reply = replies->first;

	replies->first = reply->next;
	if (!replies->first)
		replies->last = &replies->first;
	replies->count--;
	timers_clear(&replies->loop->timers, &reply->timer);
	service_finish(replies->loop->service, &reply->exchange, complete);
	reply_free(replies->loop, reply);
}

void replies_release(struct replies *replies)
{
	while (replies->first)
		pop(replies, false);
}

bool replies_are_due(const struct replies *replies)
{
	return replies->first && replies->first->due;
}

static void reply_due(struct timer *timer)
{
	struct reply *reply = owner_of(timer, struct reply, timer);

	reply->due = true;
	/* Another one before it: they go out together when that is due. */
	if (reply->queue->first == reply)
		reply->queue->due(reply->queue);
}

int replies_push(
	struct replies *replies, struct reply *reply, uint64_t arrival_ns)
{
	memset(&reply->timer, 0, sizeof(reply->timer));
	reply->queue = replies;
	reply->next = NULL;
	reply->tail_length = reply->sent = 0;
	reply->due = reply->exchange.due_ns <= arrival_ns;
	*replies->last = reply;
	replies->last = &reply->next;
	replies->count++;
	if (reply->due)
		return 0;
	return timers_set(&replies->loop->timers, &reply->timer,
		reply->exchange.due_ns, reply_due);
}

/* The rest of the head: what depends on when and on the connection. */
static void make_tail(struct reply *reply, bool last)
{
	const char *date = reply->queue->loop->date;
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

static size_t reply_length(const struct reply *reply)
{
	const struct response *response = &reply->exchange.response;

	return response->head_length + reply->tail_length +
		(reply->exchange.head_only ? 0 : response->body_length);
}

/* Points up to IOV_PER_REPLY pieces at what is left to send; how many. */
static int gather(struct reply *reply, struct iovec *iov)
{
	const struct response *response = &reply->exchange.response;
	const struct iovec pieces[IOV_PER_REPLY] = {
		{(char *)response->bytes, response->head_length},
		{reply->tail, reply->tail_length},
		{(char *)response->bytes + response->head_length,
			reply->exchange.head_only ? 0 : response->body_length},
	};
	size_t skip = reply->sent;
	int n = 0;

	for (int i = 0; i < IOV_PER_REPLY; i++) {
		if (skip >= pieces[i].iov_len) {
			skip -= pieces[i].iov_len;
			continue;
		}
		iov[n].iov_base = (char *)pieces[i].iov_base + skip;
		iov[n++].iov_len = pieces[i].iov_len - skip;
		skip = 0;
	}
	return n;
}

/* Notes that the kernel took n bytes of what was offered at now_ns. */
static void account(struct replies *replies, size_t n, uint64_t now_ns)
{
	while (n) {
		struct reply *reply = replies->first;
		size_t left = reply_length(reply) - reply->sent;

		if (!reply->sent)
			service_sending(replies->loop->service,
				&reply->exchange, now_ns);
		if (n < left) {
			reply->sent += n;
			return;
		}
		n -= left;
		pop(replies, true);
	}
}

int replies_write(struct replies *replies, int fd, bool closing)
{
	struct iovec iov[IOV_COUNT_MAX];
	struct msghdr message = {.msg_iov = iov};
	struct reply *reply = replies->first;
	uint64_t now_ns;
	ssize_t n;

	for (; reply && reply->due &&
		message.msg_iovlen + IOV_PER_REPLY <= IOV_COUNT_MAX;
		reply = reply->next) {
		if (!reply->tail_length)
			make_tail(reply, closing && !reply->next);
		message.msg_iovlen +=
			(size_t)gather(reply, iov + message.msg_iovlen);
	}
	now_ns = loop_stamp(replies->loop);
	n = sendmsg(fd, &message, MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	account(replies, (size_t)n, now_ns);
	return 0;
}

void spare_replies_free(struct loop *loop)
{
	while (loop->spare_replies) {
		struct reply *reply = loop->spare_replies;

		loop->spare_replies = reply->next;
		free(reply);
	}
}
