/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/sweep.h"

#include <string.h>

#include "harness/base/values.h"
#include "harness/plan/arrival.h"

#define NONE   "none"   /* no fault, no limit of bandwidth */
#define CLOSED "closed" /* the loop in which an answer admits a request */

static const uint64_t NS_PER_MS = 1000000, NS_PER_HOUR = 3600000000000;

/* Copies a value that the server will read; `word` stands for "". */
static int set_text(char *member, size_t size, const struct text *value,
	const char *word, struct fr_error *err)
{
	const char *text = value->text;

	if (word && strcmp(text, word) == 0)
		text = "";
	if (strlen(text) >= size)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.40s...' is too long", value->where, text);
	memset(member, 0, size);
	memcpy(member, text, strlen(text));
	return 0;
}

static int set_concurrency(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	uint64_t number;
	int rc = parse_number(value->text, value->where, 1,
		CELL_CONCURRENCY_MAX, &number, err);

	if (!rc)
		cell->concurrency = (unsigned)number;
	return rc;
}

static int set_requests(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	return parse_number(value->text, value->where, 1, CELL_REQUESTS_MAX,
		&cell->requests, err);
}

static int set_latency(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	return set_text(cell->latency, sizeof(cell->latency), value, NULL, err);
}

static int set_payload(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	return parse_bytes(
		value->text, value->where, 0, 10000000, &cell->payload, err);
}

static int set_connections(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	cell->fresh_connections = strcmp(value->text, "fresh") == 0;
	if (cell->fresh_connections || strcmp(value->text, "reuse") == 0)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be one of reuse, fresh", value->where,
		value->text);
}

static int set_timeout(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	int rc = parse_duration(value->text, value->where, NS_PER_MS,
		NS_PER_HOUR, &cell->timeout_ns, err);

	/* A client is told milliseconds: it would give up before. */
	if (!rc && cell->timeout_ns % NS_PER_MS)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': must be whole milliseconds", value->where,
			value->text);
	return rc;
}

static int set_fault(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	return set_text(cell->fault, sizeof(cell->fault), value, NONE, err);
}

static int set_capacity(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	return parse_number(
		value->text, value->where, 0, UINT32_MAX, &cell->capacity, err);
}

static int set_bandwidth(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	return set_text(
		cell->bandwidth, sizeof(cell->bandwidth), value, NONE, err);
}

static int set_arrivals(
	struct cell *cell, const struct text *value, struct fr_error *err)
{
	struct arrival arrival;

	if (strcmp(value->text, CLOSED) != 0 &&
		arrival_parse(&arrival, value->text, value->where, err) < 0)
		return -1;
	return set_text(
		cell->arrivals, sizeof(cell->arrivals), value, CLOSED, err);
}

#define DIMENSION(setting, member)                                        \
	{                                                                 \
#setting, offsetof(struct sweep, setting),                \
			offsetof(struct cell, member),                    \
			sizeof(((struct cell *)0)->member), set_##setting \
	}

const struct dimension dimensions[] = {
	DIMENSION(concurrency, concurrency),
	DIMENSION(requests, requests),
	DIMENSION(latency, latency),
	DIMENSION(payload, payload),
	DIMENSION(connections, fresh_connections),
	DIMENSION(timeout, timeout_ns),
	DIMENSION(fault, fault),
	DIMENSION(capacity, capacity),
	DIMENSION(bandwidth, bandwidth),
	DIMENSION(arrivals, arrivals),
	{0},
};

const struct texts *sweep_values(
	const struct sweep *sweep, const struct dimension *dimension)
{
	return (const struct texts *)(const void *)((const char *)sweep +
		dimension->values);
}

bool dimension_same(const struct dimension *dimension, const struct cell *a,
	const struct cell *b)
{
	return memcmp((const char *)a + dimension->offset,
		       (const char *)b + dimension->offset,
		       dimension->size) == 0;
}

const char *cell_connections(const struct cell *cell)
{
	return cell->fresh_connections ? "fresh" : "reuse";
}

void cell_clamp(struct cell *cell)
{
	unsigned most = cell->strategy->max_concurrency;

	if (most == 0 || most > cell->requests)
		most = (unsigned)cell->requests;
	cell->clamped = cell->concurrency > most;
	if (cell->clamped)
		cell->concurrency = most;
}

void sweep_release(struct sweep *sweep)
{
	texts_release(&sweep->strategy);
	for (const struct dimension *d = dimensions; d->name; d++)
		texts_release(
			(struct texts *)(void *)((char *)sweep + d->values));
}
