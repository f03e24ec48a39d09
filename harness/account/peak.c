/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/figures.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/base/clock.h"

/* When requests arrived and when they were over, each array sorted. */
struct spans {
	uint64_t *arrived, *over;
	size_t count;
};

/*
 * When the server was done with a request: when it began to answer, or when it
 * broke the answer off. UINT64_MAX: never.
 */
static uint64_t served_until_ns(const struct witness_row *row)
{
	return row->bytes == UINT64_MAX ? row->gone_ns : row->sent_ns;
}

static void add(
	struct spans *spans, const struct witness_row *row, uint64_t over_ns)
{
	/* The client had left before the server read it. */
	if (over_ns < row->arrival_ns)
		return;
	spans->arrived[spans->count] = row->arrival_ns;
	/* A request that was answered at once was in flight, too. */
	spans->over[spans->count++] =
		over_ns > row->arrival_ns ? over_ns : over_ns + 1;
}

/*
 * When the client had left the request before this one, at the latest: a try
 * that failed was over when the wait before this try began. The client has
 * stamps of that wait before its last try only. The timeout of an earlier try
 * may have been over at any time since it can have begun; the earliest counts,
 * so that the peak is never too high.
 */
static uint64_t left_before_ns(
	const struct account *account, const struct witness_row *row)
{
	const struct fr_sample *sample = &account->result->samples[row->item];
	const struct witness_row *before = account_earlier(account, row);
	uint64_t wait_ns, left_ns, late_ns;

	if (!before || before->attempt == row->attempt ||
		!account->spec->retry || row->attempt > sample->retries + 1)
		return row->arrival_ns;
	wait_ns = account_wait_ns(account, row->item, before->attempt);
	if (row->attempt == sample->retries + 1)
		return sample->due_ns > wait_ns ? sample->due_ns - wait_ns : 0;
	left_ns = row->arrival_ns > wait_ns ? row->arrival_ns - wait_ns : 0;
	late_ns = account_least_timeout_ns(account, row->item, before->attempt);
	return left_ns < late_ns ? left_ns : late_ns;
}

/*
 * A client that gives up, or sends the request again on another connection,
 * closes its connection. The server cannot tell this from a client that only
 * sends no more, so it may hold the request until the answer is due. Hence a
 * request is over at the latest when the client's own record says so.
 */
static void add_all(struct spans *spans, const struct account *account)
{
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *row = account_last(account, i);
		uint64_t left_ns =
			account_gave_up(sample) ? sample->end_ns : UINT64_MAX;

		for (; row; row = account_earlier(account, row)) {
			uint64_t over_ns = served_until_ns(row);

			add(spans, row, over_ns < left_ns ? over_ns : left_ns);
			left_ns = left_before_ns(account, row);
		}
	}
}

/* A request that is over when another arrives does not overlap with it. */
static uint64_t most_at_once(const struct spans *spans)
{
	uint64_t most = 0;
	size_t over = 0;

	for (size_t arrived = 0; arrived < spans->count; arrived++) {
		while (spans->over[over] <= spans->arrived[arrived])
			over++;
		if (arrived + 1 - over > most)
			most = arrived + 1 - over;
	}
	return most;
}

int peak_in_flight(uint64_t *peak, const struct account *account)
{
	size_t count = account->witness->count;
	struct spans spans = {.arrived = calloc(2 * count + 1, sizeof(*peak))};

	if (!spans.arrived)
		return -ENOMEM;
	spans.over = spans.arrived + count;
	add_all(&spans, account);
	qsort(spans.arrived, spans.count, sizeof(*peak), compare_counts);
	qsort(spans.over, spans.count, sizeof(*peak), compare_counts);
	*peak = most_at_once(&spans);
	free(spans.arrived);
	return 0;
}
