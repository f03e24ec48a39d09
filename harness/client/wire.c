/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Composes requests and reads answers; without sockets. */
#include "harness/client/wire.h"

#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"

/* Appends text and returns where it ends. */
static char *put(char *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	return at + length;
}

/* Appends the request of an item to those that are not sent yet. */
static void compose(struct fr_wire *wire, size_t item)
{
	const struct fr_wires *all = wire->all;
	const char *path = all->job->urls[item] + all->origin;
	char *start, *end;

	if (wire->sent) {
		wire->composed -= wire->sent;
		memmove(wire->requests, wire->requests + wire->sent,
			wire->composed);
		wire->sent = 0;
	}
	start = wire->requests + wire->composed;
	end = put(start, WIRE_METHOD, strlen(WIRE_METHOD));
	end = stpcpy(end, path);
	end = put(end, all->fixed, all->fixed_length);
	end = item_name_put(
		end, item_number(all->job, item), &all->job->samples[item]);
	end = put(end, WIRE_END, strlen(WIRE_END));
	wire->composed += (size_t)(end - start);
}

/* A server may answer before it has the whole request, which stays there. */
static bool has_room(const struct fr_wire *wire)
{
	return wire->in_hand < wire->depth &&
		wire->composed - wire->sent <=
		(wire->depth - 1) * wire->all->request_max;
}

/* Appends the wire to the list of idle ones. */
static void list_idle(struct fr_wire *wire)
{
	struct fr_wires *all = wire->all;

	wire->listed = true;
	wire->next_idle = NULL;
	*all->last_idle = wire;
	all->last_idle = &wire->next_idle;
}

/* Composes the requests of all items in hand for a new connection. */
static void make_out(struct fr_wire *wire)
{
	wire->reused = false;
	for (unsigned i = 0; i < wire->in_hand; i++)
		compose(wire, wire_place(wire, i)->item);
	wire->state = WIRE_MADE_OUT;
}

/* Takes the next item, which is due, into the next place of the wire. */
static void take_next(struct fr_wire *wire, uint64_t now_ns)
{
	struct fr_wires *all = wire->all;
	struct wire_place *place = wire_place(wire, wire->in_hand++);
	struct wire_place *last = all->in_hand.before;

	if (!all->retries || !fr_retries_take(all->retries, &place->item))
		place->item = all->next++;
	place->tried_ns = now_ns;
	place->before = last;
	place->behind = &all->in_hand;
	last->behind = all->in_hand.before = place;
	sampler_open(all->job, place->item,
		wire->first_worker + (unsigned)(place - wire->places), now_ns);
	compose(wire, place->item);
}

bool fr_wire_fill(struct fr_wire *wire)
{
	struct fr_wires *all = wire->all;
	uint64_t now_ns = 0;

	if (wire->state == WIRE_OVER && (wire->in_hand || wires_next_due(all)))
		make_out(wire);
	while (wire->state != WIRE_OVER && has_room(wire) &&
		wires_next_due(all)) {
		/* A start must not be before its due time. */
		if (!now_ns || all->job->due_ns || all->retries)
			now_ns = clock_ns();
		take_next(wire, now_ns);
	}
	if (!wire->listed && has_room(wire) &&
		(all->next < all->job->n || all->retries))
		list_idle(wire);
	return wire->in_hand > 0;
}

void fr_wire_connected(struct fr_wire *wire)
{
	uint64_t now_ns = clock_ns();

	wire->state = WIRE_CONNECTED;
	for (unsigned i = 0; i < wire->in_hand; i++)
		wire->all->job->samples[wire_place(wire, i)->item].connect_ns =
			now_ns;
}

const char *fr_wire_request(const struct fr_wire *wire, size_t *length)
{
	*length = wire->composed - wire->sent;
	return wire->requests + wire->sent;
}

void fr_wire_sent(struct fr_wire *wire, size_t length)
{
	wire->sent += length;
	if (wire->sent == wire->composed)
		wire->sent = wire->composed = 0;
}

/* Called at the first byte of an answer. */
static void begin_answer(struct fr_wire *wire)
{
	sampler_take(&wire->sampler, wire_place(wire, 0)->item);
	answer_init(&wire->answer);
	wire->reading = true;
}

static void end_head(struct fr_wire *wire, int error)
{
	struct fr_wires *all = wire->all;
	struct wire_place *place = wire_place(wire, 0);
	enum fr_status status = sampler_end(&wire->sampler, error,
		wire->answer.status, wire->answer.retry_after_s);

	if (status == FR_OK && all->answered)
		all->answered[all->answered_count++] = place->item;
	if (status == FR_AGAIN)
		fr_retries_put(all->retries, place->item);
	else
		all->done++;
	place->before->behind = place->behind;
	place->behind->before = place->before;
	wire->reading = false;
	wire->head = (wire->head + 1) % wire->depth;
	wire->in_hand--;
}

void wire_fail(struct fr_wire *wire, int error)
{
	if (!wire->reading)
		begin_answer(wire);
	end_head(wire, error);
}

void wire_leave(struct fr_wire *wire)
{
	for (unsigned i = 0; i < wire->in_hand && wire->state == WIRE_CONNECTED;
		i++)
		wire->all->job->samples[wire_place(wire, i)->item].attempts++;
	wire->state = WIRE_OVER;
	wire->reading = false;
	wire->composed = wire->sent = 0;
	if (wire->fd >= 0)
		close(wire->fd);
	wire->fd = -1;
}

/* Called at the end of an answer. */
static void answered(struct fr_wire *wire)
{
	const struct answer *answer = &wire->answer;
	bool again = answer->keep_alive && !answer->closes &&
		!wire->all->job->http->fresh_connections;

	end_head(wire, CURLE_OK);
	wire->reused = true;
	if (!again || (!wire->in_hand && wire->composed))
		wire_leave(wire);
}

/* Reads an answer. Returns the number of bytes it took; -1: it failed. */
static ssize_t read_answer(
	struct fr_wire *wire, const char *bytes, size_t length)
{
	struct answer *answer = &wire->answer;
	struct sampler *sampler = &wire->sampler;
	struct answer_piece piece;
	ssize_t taken = answer_read(answer, bytes, length, &piece);
	int rc = taken < 0 ? (int)taken : 0;

	if (piece.length)
		rc = sampler_body(sampler, piece.at, piece.length,
			piece.last && sampler->sample.body_bytes == 0);
	if (rc) {
		wire_fail(wire, sampler_code(rc));
		return -1;
	}
	if (answer->state == ANSWER_END)
		answered(wire);
	return taken;
}

bool fr_wire_received(struct fr_wire *wire, const char *bytes, size_t length)
{
	uint64_t now_ns = 0;

	while (length && wire->state != WIRE_OVER) {
		ssize_t taken = -1;

		if (wire->in_hand && !wire->reading) {
			if (!now_ns)
				now_ns = clock_ns();
			begin_answer(wire);
			wire->sampler.sample.first_byte_ns = now_ns;
		}
		if (wire->in_hand)
			taken = read_answer(wire, bytes, length);
		/*
		 * Malformed, or bytes without a request: the connection ends.
		 */
		if (taken < 0) {
			wire_leave(wire);
			break;
		}
		bytes += taken;
		length -= (size_t)taken;
	}
	return wire->state != WIRE_OVER;
}

/* Tells whether a status line of the answer has arrived. */
static bool is_begun(const struct fr_wire *wire)
{
	return wire->reading && wire->answer.begun;
}

/* The error for the sample if the connection ended with `error`, or 0. */
static int lost_error(const struct fr_wire *wire, int error)
{
	if (error)
		return error;
	if (wire->state != WIRE_CONNECTED)
		return CURLE_COULDNT_CONNECT;
	if (!is_begun(wire))
		return CURLE_GOT_NOTHING;
	return answer_is_whole(&wire->answer) ? CURLE_OK : CURLE_PARTIAL_FILE;
}

void fr_wire_lost(struct fr_wire *wire, int error)
{
	if (wire->state == WIRE_OVER)
		return;
	if (wire->in_hand && (is_begun(wire) || !wire->reused))
		wire_fail(wire, lost_error(wire, error));
	wire_leave(wire);
}
