/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The items of a session: which are in hand, sent, refused or overdue.
 */
#include "harness/client/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"

void session_end(
	struct fr_session *session, struct session_slot *slot, int error)
{
	enum fr_status status = sampler_end(
		&slot->sampler, error, slot->status, slot->retry_after_s);

	if (status == FR_AGAIN)
		fr_retries_put(session->items->retries, slot->sampler.item);
	slot->busy = false;
	session->in_hand--;
}

/* Notes that the stream has ended without an answer. */
static void take_back(struct session_slot *slot)
{
	if (slot->busy && slot->sent)
		slot->sampler.sample.attempts++;
	slot->stream = 0;
	slot->sent = slot->refused = false;
}

void session_refused(struct fr_session *session, struct session_slot *slot)
{
	if (sampler_is_sent_out(&slot->sampler.sample)) {
		session_end(session, slot, CURLE_HTTP2_STREAM);
		return;
	}
	take_back(slot);
	slot->refused = true;
	slot->refused_at = session->answers;
}

void session_leave(struct fr_session *session)
{
	for (unsigned i = 0; i < session->count; i++)
		take_back(&session->slots[i]);
	frames_end(session);
	session_tls_end(&session->tls);
	if (session->fd >= 0)
		close(session->fd);
	session->fd = -1;
	session->state = SESSION_OVER;
}

/*
 * Whether the item of the slot must not be sent again when its connection is
 * lost: its answer has begun, or the connection has answered nothing at all, or
 * the server has said that it may have processed the stream (RFC 9113, 6.8).
 */
static bool is_lost(
	const struct fr_session *session, const struct session_slot *slot)
{
	if (slot->refused)
		return false;
	return slot->sampler.sample.first_byte_ns || !session->answers ||
		(session->going && slot->stream);
}

void session_lose(struct fr_session *session, int error)
{
	for (unsigned i = 0; i < session->count; i++) {
		struct session_slot *slot = &session->slots[i];

		if (slot->busy && is_lost(session, slot))
			session_end(session, slot, error);
	}
	session_leave(session);
}

/* Takes the next item that is due, one to be tried again before a new one. */
static bool take_next(const struct fr_session *session, size_t *item)
{
	struct fr_session_items *items = session->items;

	if (fr_retries_take(items->retries, item))
		return true;
	if (items->next == session->job->n ||
		fr_due_in_ns(session->job, items->next) > 0)
		return false;
	*item = items->next++;
	return true;
}

/* Time until there is an item to take; UINT64_MAX: there is none. */
static uint64_t next_in_ns(const struct fr_session *session)
{
	const struct fr_session_items *items = session->items;
	uint64_t again_ns = fr_retries_due_in_ns(items->retries), new_ns;

	if (items->next == session->job->n)
		return again_ns;
	new_ns = fr_due_in_ns(session->job, items->next);
	return new_ns < again_ns ? new_ns : again_ns;
}

void session_take(struct fr_session *session)
{
	const struct fr_job *job = session->job;
	uint64_t now_ns = clock_ns();

	for (unsigned i = 0; i < session->count; i++) {
		struct session_slot *slot = &session->slots[i];
		size_t item;

		if (slot->busy ||
			(session->before && session->before->slots[i].busy))
			continue;
		if (!take_next(session, &item))
			return;
		/* A start must not be before its due time. */
		if (job->due_ns || job->retry)
			now_ns = clock_ns();
		sampler_open(job, item, slot->sampler.sample.worker, now_ns);
		sampler_take(&slot->sampler, item);
		slot->busy = true;
		slot->stream = 0;
		slot->sent = slot->refused = false;
		slot->status = 0;
		slot->head_length = 0;
		slot->retry_after_s = 0;
		session->in_hand++;
	}
}

static uint64_t deadline_ns(
	const struct fr_session *session, const struct session_slot *slot)
{
	return sampler_tried_ns(&slot->sampler.sample) +
		session->job->http->timeout_ms * NS_PER_MS;
}

void session_give_up_overdue(struct fr_session *session)
{
	uint64_t now_ns = clock_ns();

	for (unsigned i = 0; i < session->count; i++) {
		struct session_slot *slot = &session->slots[i];

		if (!slot->busy || deadline_ns(session, slot) > now_ns)
			continue;
		if (slot->stream)
			frames_cancel(session, slot);
		session_end(session, slot, CURLE_OPERATION_TIMEDOUT);
	}
}

bool session_is_used_up(const struct fr_session *session)
{
	unsigned refused = 0;

	if (session->state != SESSION_CONNECTED)
		return false;
	for (unsigned i = 0; i < session->count; i++) {
		const struct session_slot *slot = &session->slots[i];

		if (slot->busy && slot->stream)
			return false;
		refused += slot->busy && !session_may_request(session, slot);
	}
	return (session->used && session->job->http->fresh_connections) ||
		(refused > 0 && refused == session->in_hand) ||
		!frames_may_request(session);
}

bool fr_session_serve(struct fr_session *session)
{
	session_serve_before(session);
	session_give_up_overdue(session);
	if (session->state != SESSION_OVER && session_is_connected(session))
		session_receive(session);
	if (session_is_used_up(session))
		session_lose(session, CURLE_GOT_NOTHING);
	session_part(session);
	session_take(session);
	/* If connecting fails, all items in hand fail. */
	while (session->in_hand && session->state == SESSION_OVER)
		if (session_connect(session) < 0)
			session_take(session);
	/* Is ready when an answer on the connection before makes room. */
	if (session->before && session->state == SESSION_OVER &&
		next_in_ns(session) == 0)
		(void)session_connect(session);
	if (session->in_hand && session_is_connected(session)) {
		frames_request(session);
		session_transmit(session);
		/* Lost items are sent again, or replaced, at the next call. */
		if (session->state == SESSION_CONNECTED && frames_over(session))
			session_lose(session, CURLE_HTTP2);
	}
	return session->in_hand > 0 || session->before ||
		next_in_ns(session) != UINT64_MAX;
}

uint64_t session_waits(const struct fr_session *session, struct pollfd *what)
{
	bool writes = session->state == SESSION_CONNECTING ||
		(session->state == SESSION_SHAKING
				? session->tls.writes
				: session->length > session->sent);
	uint64_t now_ns = clock_ns(), due_ns = UINT64_MAX;

	*what = (struct pollfd){
		.fd = session->fd,
		.events = writes ? POLLIN | POLLOUT : POLLIN,
	};
	if (session->state == SESSION_OVER && session->in_hand)
		return 0;
	for (unsigned i = 0; i < session->count; i++) {
		const struct session_slot *slot = &session->slots[i];

		if (slot->busy && deadline_ns(session, slot) < due_ns)
			due_ns = deadline_ns(session, slot);
	}
	return due_ns > now_ns ? due_ns - now_ns : 0;
}

uint64_t fr_session_waits(const struct fr_session *session, struct pollfd *what)
{
	const struct fr_session *before = session->before;
	unsigned in_hand = session->in_hand + (before ? before->in_hand : 0);
	uint64_t left_ns = before ? session_waits_for_both(session, what)
				  : session_waits(session, what);
	uint64_t next_ns =
		in_hand < session->count ? next_in_ns(session) : UINT64_MAX;

	return next_ns < left_ns ? next_ns : left_ns;
}

int fr_session_open(struct fr_session **out, const struct fr_job *job,
	struct fr_session_items *items, unsigned first, unsigned slots)
{
	size_t size = sizeof(**out) + slots * sizeof(struct session_slot);
	struct fr_session *session = aligned_alloc(64, (size + 63) / 64 * 64);
	int rc;

	*out = NULL;
	if (!session)
		return -ENOMEM;
	memset(session, 0, size);
	session->job = job;
	session->items = items;
	session->fd = session->epoll = -1;
	rc = wire_find_server(job, &session->address, &session->origin);
	if (!rc)
		rc = session_tls_open(
			&session->tls, job->http, &session->address);
	for (; session->count < slots && !rc; session->count++) {
		struct session_slot *slot = &session->slots[session->count];

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
	fr_session_close(session->before);
	if (session->epoll >= 0)
		close(session->epoll);
	session_leave(session);
	session_tls_close(&session->tls);
	for (unsigned i = 0; i < session->count; i++)
		sampler_release(&session->slots[i].sampler);
	free(session);
}
