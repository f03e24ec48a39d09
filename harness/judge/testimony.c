/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/testimony.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/client/sampler.h"

/* When a worker is free again. */
struct release {
	uint64_t at_ns;
	unsigned worker;
};

/* A heap of those at work, the first to be free at its root. */
struct crew {
	struct release *busy; /* spec->concurrency + 1 */
	unsigned count;
	unsigned size; /* workers that were ever at work: 0..size-1 */
};

static void put(struct crew *crew, struct release release)
{
	unsigned at = crew->count++;

	for (; at > 0 && crew->busy[(at - 1) / 2].at_ns > release.at_ns;
		at = (at - 1) / 2)
		crew->busy[at] = crew->busy[(at - 1) / 2];
	crew->busy[at] = release;
}

/* Takes the root out. */
static unsigned take(struct crew *crew)
{
	unsigned worker = crew->busy[0].worker, at = 0;
	struct release last = crew->busy[--crew->count];

	for (;;) {
		unsigned child = 2 * at + 1;

		if (child + 1 < crew->count &&
			crew->busy[child + 1].at_ns < crew->busy[child].at_ns)
			child++;
		if (child >= crew->count ||
			crew->busy[child].at_ns >= last.at_ns)
			break;
		crew->busy[at] = crew->busy[child];
		at = child;
	}
	crew->busy[at] = last;
	return worker;
}

/* Who performs what lasts from start to end; no more than `most` of them. */
static unsigned assign(
	struct crew *crew, uint64_t start_ns, uint64_t end_ns, unsigned most)
{
	unsigned worker;

	if (crew->count > 0 &&
		(crew->busy[0].at_ns <= start_ns || crew->size == most))
		worker = take(crew);
	else
		worker = crew->size++;
	put(crew, (struct release){end_ns, worker});
	return worker;
}

/*
 * When the server was done with it: as it began to answer, or as it knew that
 * no answer would be taken; at the trial's end if it never was.
 */
static uint64_t end_of(const struct witness_row *row, uint64_t t1_ns)
{
	if (row->sent_ns != UINT64_MAX)
		return row->sent_ns;
	return row->gone_ns < t1_ns ? row->gone_ns : t1_ns;
}

static enum fr_status classify(const struct witness_row *row)
{
	if (row->sent_ns == UINT64_MAX || row->bytes == UINT64_MAX ||
		row->gone_ns != UINT64_MAX)
		return FR_NET_ERROR;
	return row->status / 100 == 2 ? FR_OK : FR_HTTP_ERROR;
}

static int compare_arrivals(const void *a, const void *b)
{
	const struct witness_row *left = *(const struct witness_row *const *)a;
	const struct witness_row *right = *(const struct witness_row *const *)b;

	return (left->arrival_ns > right->arrival_ns) -
		(left->arrival_ns < right->arrival_ns);
}

/* The rows in the order of arrival, for free(); NULL: no memory. */
static const struct witness_row **in_order(const struct witness *witness)
{
	const struct witness_row **rows =
		calloc(witness->count + 1, sizeof(*rows));

	for (size_t r = 0; rows && r < witness->count; r++)
		rows[r] = &witness->rows[r];
	if (rows)
		qsort(rows, witness->count, sizeof(*rows), compare_arrivals);
	return rows;
}

/*
 * Of a net_error. Where the server did not break the answer off on purpose it
 * was the program, or nobody did: then the connection counts as closed.
 */
static int error_of(const struct witness_row *row)
{
	if (classify(row) != FR_NET_ERROR)
		return 0;
	if (row->fault == WITNESS_RESET || row->fault == WITNESS_RESET_BODY)
		return -ECONNRESET;
	return row->sent_ns == UINT64_MAX ? CURLE_GOT_NOTHING
					  : CURLE_PARTIAL_FILE;
}

int testimony_write(struct fr_sample *samples, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness)
{
	const struct witness_row **rows = in_order(witness);
	struct crew crew = {
		.busy = calloc(spec->concurrency + 1u, sizeof(*crew.busy))};

	if (!crew.busy || !rows) {
		free(crew.busy);
		free(rows);
		return -ENOMEM;
	}
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *row = rows[r];
		bool answered = row->sent_ns != UINT64_MAX;
		uint64_t end_ns = end_of(row, result->t1_ns);
		bool whole = answered && row->bytes != UINT64_MAX;
		struct fr_sample *sample;

		/* Another trial's, or verdict_network.c complains of it. */
		if (row->trial != WITNESS_OURS || row->item >= spec->n)
			continue;
		sample = &samples[row->item];
		*sample = (struct fr_sample){
			.start_ns = row->arrival_ns,
			.first_byte_ns = answered ? row->sent_ns : 0,
			.end_ns = end_ns,
			.body_bytes = whole ? row->bytes : 0,
			.body_hash = whole ? row->hash : 0,
			.http_status = answered ? (uint16_t)row->status : 0,
			.attempts = (uint16_t)(sample->attempts + 1),
			.status = (uint8_t)classify(row),
			.error = error_of(row),
			.worker = assign(&crew, row->arrival_ns, end_ns,
				spec->concurrency),
		};
	}
	free(crew.busy);
	free(rows);
	return 0;
}
