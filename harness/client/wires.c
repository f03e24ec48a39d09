/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All wires of a job: their common data, and which of them is overdue. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <flagrace/strategy.h>

#include "harness/base/clock.h"
#include "harness/client/wire.h"

int wire_find_server(
	const struct fr_job *job, struct address *address, size_t *origin)
{
	size_t length = address_of_url(address, job->urls[0]);

	if (length == 0 || job->urls[0][length] != '/')
		return -EINVAL;
	for (size_t i = 1; i < job->n; i++)
		if (strncmp(job->urls[i], job->urls[0], length + 1))
			return -EINVAL;
	*origin = length;
	return 0;
}

/* Prepares the common part of requests, and bounds their length. */
static int prepare_requests(struct fr_wires *wires)
{
	const struct fr_job *job = wires->job;
	const char *range = job->http->range;
	size_t longest = 0;
	int rc = wire_find_server(job, &wires->address, &wires->origin);
	int length;

	if (!rc && wires->address.secure)
		rc = -EINVAL;
	if (rc)
		return rc;
	for (size_t i = 0; i < job->n; i++) {
		size_t url_length = strlen(job->urls[i]);

		longest = url_length > longest ? url_length : longest;
	}
	length = asprintf(&wires->fixed,
		" HTTP/1.1\r\nHost: %s\r\n%s%s%sX-Flagrace-Item: %s/",
		wires->address.host, range ? "Range: bytes=" : "",
		range ? range : "", range ? "\r\n" : "", job->trial);
	if (length < 0) {
		wires->fixed = NULL;
		return -ENOMEM;
	}
	wires->fixed_length = (size_t)length;
	wires->request_max = sizeof(WIRE_METHOD) + longest +
		wires->fixed_length + ITEM_NAME_MAX + sizeof(WIRE_END);
	return 0;
}

/* Allocates the arrays, but not the wires. */
static int allocate(struct fr_wires *wires)
{
	const struct fr_job *job = wires->job;
	bool apart = job->work && (job->strategy->flags & FR_WORK_APART);

	wires->requests = calloc(job->concurrency, wires->request_max);
	wires->places = calloc(job->concurrency, sizeof(struct wire_place));
	wires->in_hand.before = wires->in_hand.behind = &wires->in_hand;
	if (apart)
		wires->answered = calloc(job->n, sizeof(size_t));
	if (!wires->requests || !wires->places || (apart && !wires->answered))
		return -ENOMEM;
	return fr_retries_open(&wires->retries, job);
}

static int prepare_wire(
	struct fr_wires *wires, unsigned index, unsigned first_worker)
{
	unsigned concurrency = wires->job->concurrency;
	struct fr_wire *wire = &wires->wires[index];
	int rc = sampler_init(&wire->sampler, wires->job);

	wire->all = wires;
	wire->fd = -1;
	wire->first_worker = first_worker;
	wire->depth = concurrency / wires->count +
		(index < concurrency % wires->count);
	wire->places = wires->places + first_worker;
	wire->requests = wires->requests + first_worker * wires->request_max;
	for (unsigned i = 0; i < wire->depth; i++)
		wire->places[i].wire = wire;
	return rc;
}

int fr_wires_open(
	struct fr_wires **out, const struct fr_job *job, unsigned count)
{
	size_t size = sizeof(struct fr_wires) + count * sizeof(struct fr_wire);
	struct fr_wires *wires = aligned_alloc(64, (size + 63) / 64 * 64);
	unsigned worker = 0;
	int rc;

	*out = NULL;
	if (!wires)
		return -ENOMEM;
	memset(wires, 0, size);
	wires->job = job;
	wires->count = count;
	wires->last_idle = &wires->idle;
	rc = prepare_requests(wires);
	if (!rc)
		rc = allocate(wires);
	for (unsigned i = 0; i < count && !rc; i++) {
		rc = prepare_wire(wires, i, worker);
		worker += wires->wires[i].depth;
	}
	if (rc) {
		fr_wires_close(wires);
		return rc;
	}
	*out = wires;
	return 0;
}

void fr_wires_close(struct fr_wires *wires)
{
	if (!wires)
		return;
	for (unsigned i = 0; i < wires->count && wires->wires[i].all; i++) {
		if (wires->wires[i].fd >= 0)
			close(wires->wires[i].fd);
		sampler_release(&wires->wires[i].sampler);
	}
	free(wires->fixed);
	free(wires->requests);
	free(wires->places);
	free(wires->answered);
	fr_retries_close(wires->retries);
	free(wires);
}

struct fr_wire *fr_wires_at(struct fr_wires *wires, unsigned index)
{
	return &wires->wires[index];
}

unsigned fr_wire_index(const struct fr_wire *wire)
{
	return (unsigned)(wire - wire->all->wires);
}

const struct sockaddr *fr_wires_address(
	const struct fr_wires *wires, socklen_t *length)
{
	*length = wires->address.length;
	return (const struct sockaddr *)&wires->address.socket;
}

bool fr_wires_busy(const struct fr_wires *wires)
{
	return wires->done < wires->job->n;
}

bool fr_wires_answered(struct fr_wires *wires, size_t *item)
{
	if (wires->answered_taken == wires->answered_count)
		return false;
	*item = wires->answered[wires->answered_taken++];
	return true;
}

static uint64_t deadline_ns(
	const struct fr_wires *wires, const struct wire_place *place)
{
	return place->tried_ns + wires->job->http->timeout_ms * NS_PER_MS;
}

/* Time until the oldest item in hand is overdue; 0: it is. */
static uint64_t overdue_in_ns(const struct fr_wires *wires)
{
	const struct wire_place *oldest = wires->in_hand.behind;
	uint64_t now_ns, due_ns;

	/* No item is in hand: a strategy waits for a connection to end. */
	if (oldest == &wires->in_hand)
		return wires->job->http->timeout_ms * NS_PER_MS;
	now_ns = clock_ns();
	due_ns = deadline_ns(wires, oldest);
	return due_ns > now_ns ? due_ns - now_ns : 0;
}

/* Time until the next item, new or tried before, is due; UINT64_MAX: none. */
static uint64_t next_in_ns(const struct fr_wires *wires)
{
	uint64_t again_ns = fr_retries_due_in_ns(wires->retries), new_ns;

	if (wires->next == wires->job->n)
		return again_ns;
	new_ns = fr_due_in_ns(wires->job, wires->next);
	return new_ns < again_ns ? new_ns : again_ns;
}

struct timespec fr_wires_due_in(struct fr_wires *wires)
{
	uint64_t ns = overdue_in_ns(wires);

	if (wires->idle) {
		uint64_t next_ns = next_in_ns(wires);

		ns = next_ns < ns ? next_ns : ns;
	}
	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};
}

/* Removes the first idle wire from the list. */
static struct fr_wire *take_idle(struct fr_wires *wires)
{
	struct fr_wire *wire = wires->idle;

	wires->idle = wire->next_idle;
	if (!wires->idle)
		wires->last_idle = &wires->idle;
	wire->listed = false;
	return wire;
}

struct fr_wire *fr_wires_ready(struct fr_wires *wires)
{
	while (wires->idle && wires_next_due(wires)) {
		struct fr_wire *wire = take_idle(wires);

		if (wire->state != WIRE_MADE_OUT)
			return wire;
		/* Its requests are sent when it is connected. */
		fr_wire_fill(wire);
	}
	return NULL;
}

bool wire_is_overdue(struct fr_wire *wire)
{
	return wire->in_hand &&
		deadline_ns(wire->all, wire_place(wire, 0)) <= clock_ns();
}

struct fr_wire *fr_wires_overdue(struct fr_wires *wires)
{
	struct fr_wire *wire;

	if (!fr_wires_busy(wires) || overdue_in_ns(wires) > 0)
		return NULL;
	wire = wires->in_hand.behind->wire;
	while (wire_is_overdue(wire))
		wire_fail(wire, CURLE_OPERATION_TIMEDOUT);
	wire_leave(wire);
	return wire;
}
