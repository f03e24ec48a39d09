/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection that the server is about to end (RFC 9113, 6.8): its streams are
 * answered there, while other items go on the next connection.
 */
#include <string.h>
#include <sys/epoll.h>

#include "harness/client/session.h"

static void swap_slots(struct session_slot *a, struct session_slot *b)
{
	struct session_slot a_before = *a;

	*a = *b;
	*b = a_before;
}

static bool has_streams(const struct fr_session *session)
{
	for (unsigned i = 0; i < session->count; i++)
		if (session->slots[i].busy && session->slots[i].stream)
			return true;
	return false;
}

/* Moves the connection and the items that have a stream on it. */
static void move(struct fr_session *to, struct fr_session *from)
{
	to->state = from->state;
	to->fd = from->fd;
	to->tls.ssl = from->tls.ssl;
	to->used = from->used;
	to->going = from->going;
	to->answers = from->answers;
	to->http2 = from->http2;
	to->sent = from->sent;
	to->length = from->length;
	memcpy(to->composed, from->composed, from->length);
	from->tls.ssl = NULL;
	from->http2 = NULL;
	from->fd = -1;
	from->state = SESSION_OVER;
	for (unsigned i = 0; i < from->count; i++)
		if (from->slots[i].busy && from->slots[i].stream) {
			swap_slots(&to->slots[i], &from->slots[i]);
			to->in_hand++;
			from->in_hand--;
		} else {
			from->slots[i].refused = false;
		}
	frames_move(to);
}

void session_part(struct fr_session *session)
{
	const struct fr_job *job = session->job;

	if (session->before || !session->going ||
		session->state != SESSION_CONNECTED || !has_streams(session) ||
		job->http->fresh_connections)
		return;
	if (session->epoll < 0)
		session->epoll = epoll_create1(EPOLL_CLOEXEC);
	/* Without it, the items wait for the answers. */
	if (session->epoll < 0 ||
		fr_session_open(&session->before, job, session->items,
			session->slots[0].sampler.sample.worker,
			session->count))
		return;
	/* What it has for the next connection is this session's. */
	session_tls_close(&session->before->tls);
	move(session->before, session);
}

/* Takes the items that have no stream there, or no more. */
static void take_over(struct fr_session *session, struct fr_session *before)
{
	for (unsigned i = 0; i < session->count; i++) {
		struct session_slot *slot = &before->slots[i];

		if (!slot->busy || slot->stream)
			continue;
		slot->refused = false;
		swap_slots(slot, &session->slots[i]);
		before->in_hand--;
		session->in_hand++;
	}
}

void session_serve_before(struct fr_session *session)
{
	struct fr_session *before = session->before;

	if (!before)
		return;
	session_give_up_overdue(before);
	session_receive(before);
	if (before->state == SESSION_CONNECTED && !session_is_used_up(before))
		session_transmit(before);
	if (before->state == SESSION_CONNECTED &&
		(session_is_used_up(before) || frames_over(before)))
		session_lose(before, CURLE_GOT_NOTHING);
	take_over(session, before);
	if (before->in_hand)
		return;
	fr_session_close(before);
	session->before = NULL;
}

static uint64_t watch(const struct fr_session *session, int epoll)
{
	struct epoll_event event = {0};
	struct pollfd what;
	uint64_t left_ns = session_waits(session, &what);

	event.events = (what.events & POLLIN ? EPOLLIN : 0) |
		(what.events & POLLOUT ? EPOLLOUT : 0);
	/* A socket that was closed is watched no more. */
	if (what.fd >= 0 &&
		epoll_ctl(epoll, EPOLL_CTL_MOD, what.fd, &event) < 0)
		(void)epoll_ctl(epoll, EPOLL_CTL_ADD, what.fd, &event);
	return left_ns;
}

uint64_t session_waits_for_both(
	const struct fr_session *session, struct pollfd *what)
{
	uint64_t this_ns = watch(session, session->epoll);
	uint64_t before_ns = watch(session->before, session->epoll);

	*what = (struct pollfd){.fd = session->epoll, .events = POLLIN};
	return this_ns < before_ns ? this_ns : before_ns;
}
