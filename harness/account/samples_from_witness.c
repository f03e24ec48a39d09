/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/samples_from_witness.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/client/sampler.h"

/* When a worker is free again. */
struct release {
	uint64_t at_ns;
	unsigned worker;
};

/* A heap of the busy workers, the one that is free first at its root. */
struct crew {
	struct release *busy; /* spec->concurrency + 1 */
	unsigned count;
	unsigned size; /* workers used so far: 0..size-1 */
};

static void put(struct crew *crew, struct release release)
{
	unsigned at = crew->count++;

	for (; at > 0 && crew->busy[(at - 1) / 2].at_ns > release.at_ns;
		at = (at - 1) / 2)
		crew->busy[at] = crew->busy[(at - 1) / 2];
	crew->busy[at] = release;
}

/* Removes the root, which is the worker that is free first. */
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

/* The worker of a request from start to end; at most `most` workers. */
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
 * When the server was done with a request: when it began to answer, or when it
 * learned that the client had left; the trial's end if neither happened.
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

/* The rows sorted by arrival; the caller frees the array. NULL: no memory. */
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
 * The error of a sample with status net_error. Without a fault of the server
 * the program left, or the trial ended: the connection counts as closed.
 */
static int error_of(const struct witness_row *row)
{
	if (classify(row) != FR_NET_ERROR)
		return 0;
	if (row->fault == WITNESS_RESET || row->fault == WITNESS_RESET_BODY ||
		row->fault == WITNESS_REFUSED)
		return -ECONNRESET;
	return row->sent_ns == UINT64_MAX ? CURLE_GOT_NOTHING
					  : CURLE_PARTIAL_FILE;
}

int samples_from_witness(struct fr_sample *samples,
	const struct trial_spec *spec, const struct trial_result *result,
	const struct witness *witness)
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

		/* verdict_network.c reports rows that are not this job's. */
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
