/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of requests and answers against the witness's rows. */
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "harness/account/cause.h"
#include "harness/base/clock.h"
#include "harness/base/values.h"
#include "harness/base/xxh3.h"
#include "harness/client/sampler.h"

bool verdict_used_network(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	size_t count = 0;

	(void)row;
	if (!(account->spec->strategy->flags & FR_NO_NETWORK))
		return false;
	for (size_t r = 0; r < witness->count; r++)
		count += witness->rows[r].trial != WITNESS_EARLIER &&
			witness->rows[r].arrival_ns >= account->spec->epoch_ns;
	return count &&
		verdict_fault(reason, size,
			"%zu requests by a strategy that declares it sends none",
			count);
}

bool verdict_witness_incomplete(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return account->witness->dropped &&
		verdict_fault(reason, size,
			"the witness dropped %" PRIu64 " rows",
			account->witness->dropped);
}

/*
 * Whether an item was requested more often than its sample states, or again
 * after an answer had been sent. With retries or a link, verdict_failures.c
 * judges the latter: a connection may be left because of another item's
 * timeout, and an answer on it be lost.
 */
static bool fetched_again(const struct account *account, size_t i)
{
	const struct witness_row *row = account_last(account, i), *before;
	unsigned times = row != NULL;

	for (; row && (before = account_earlier(account, row)); row = before) {
		if (!account->spec->retry && !account->spec->link &&
			before->bytes != UINT64_MAX &&
			before->sent_ns <= row->arrival_ns)
			return true;
		times++;
	}
	return times > account->result->samples[i].attempts;
}

/*
 * Whether an item may have timed out unsent: a client that was stopped for its
 * whole timeout gives the item up without sending it. That costs the timeout.
 */
static bool ran_out_of_time(
	const struct account *account, const struct fr_sample *sample)
{
	return sample->status == FR_TIMEOUT &&
		sample->end_ns - sampler_tried_ns(sample) >=
		account->spec->http.timeout_ms * NS_PER_MS;
}

/*
 * Whether a failed item may be explained by one of the connections that the
 * server refused because it had too many. Such a connection is reset before
 * its request is read.
 */
static bool may_be_refused(const struct fr_sample *sample, uint64_t *refused)
{
	if (sample->status != FR_NET_ERROR || *refused == 0)
		return false;
	--*refused;
	return true;
}

/* Each item of the job, and no other, has to be fetched exactly once. */
bool verdict_served_wrongly(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	const struct trial_spec *spec = account->spec;
	uint64_t refused = witness->refused;

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		uint64_t item = witness->rows[r].item;

		if (witness->rows[r].trial == WITNESS_OURS && item >= spec->n)
			return verdict_fault(reason, size,
				"requested item %" PRIu64
				"; the job's last item is %zu",
				item, spec->n - 1);
	}
	for (size_t i = 0; i < spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];

		if (fetched_again(account, i))
			return verdict_fault(reason, size,
				"item %zu was fetched more than once", i);
		if (!account_served(account, i) && !spec->unwitnessed &&
			!(spec->strategy->flags & FR_NO_NETWORK) &&
			!ran_out_of_time(account, sample) &&
			!cause_is_no_connection(sample) &&
			!may_be_refused(sample, &refused))
			return verdict_fault(reason, size,
				"item %zu never reached the server", i);
	}
	return false;
}

/* How often item i was answered. */
static unsigned answers_to(const struct account *account, size_t i)
{
	const struct witness_row *row = account_last(account, i);
	unsigned answers = 0;

	for (; row; row = account_earlier(account, row))
		answers += row->bytes != UINT64_MAX;
	return answers;
}

/* Load generators request a list again and again, or a single URL. */
bool verdict_repeats(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	unsigned least = UINT_MAX, most = 0;
	size_t favourite = 0;

	if (!account_is_of_program(account))
		return false;
	for (size_t i = 0; i < account->spec->n; i++) {
		unsigned answers = answers_to(account, i);

		least = answers < least ? answers : least;
		favourite = answers > most ? i : favourite;
		most = answers > most ? answers : most;
	}
	if (most < 2)
		return false;
	if (least > 1)
		return verdict_fault(reason, size,
			"the program requested every item at least %u times: "
			"a load generator has to end when it has requested "
			"each item once",
			least);
	return row->not_run > 0 &&
		verdict_fault(reason, size,
			"the program requested item %zu %u times and %" PRIu64
			" other items never: a load generator has to be given "
			"the URLs of all items",
			favourite, most, row->not_run);
}

/* The hash of a URL's path, without the query, as the server computes it. */
static uint64_t path_hash(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;

	return path ? XXH3_64bits(path, strcspn(path, "?")) : 0;
}

bool verdict_asked_for_another(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct witness_row *served = account_served(account, i);

		if (served && served->path_hash &&
			served->path_hash != path_hash(account->spec->urls[i]))
			return verdict_fault(reason, size,
				"item %zu requested the URL of another item",
				i);
	}
	return false;
}

bool verdict_bodies_differ(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		if (!served || sample->status != FR_OK)
			continue;
		if (sample->body_bytes != served->bytes)
			return verdict_fault(reason, size,
				"item %zu: %" PRIu64 " bytes received; %" PRIu64
				" sent",
				i, sample->body_bytes, served->bytes);
		if (sample->body_hash != served->hash)
			return verdict_fault(reason, size,
				"item %zu: not the bytes that were sent", i);
	}
	return false;
}

/* The server draws by the seed alone, so the harness can draw the same. */
bool verdict_delayed_otherwise(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *served = &witness->rows[r];
		uint64_t drawn_ns = account_drawn(account, served).delay_ns;

		if (served->trial == WITNESS_OURS &&
			served->delay_ns != drawn_ns)
			return verdict_fault(reason, size,
				"item %" PRIu32 " had a delay of %.3f ms; the "
				"seed gives %.3f ms",
				served->item, MS(served->delay_ns),
				MS(drawn_ns));
	}
	return false;
}

/* The outcome must follow from the status that the server sent. */
bool verdict_status_differs(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);
		bool ok = sample->status == FR_OK;

		if (!served || account_gave_up(sample))
			continue;
		if (served->status != sample->http_status)
			return verdict_fault(reason, size,
				"item %zu: status %u received; %u sent", i,
				sample->http_status, served->status);
		if (ok != (served->status / 100 == 2))
			return verdict_fault(reason, size,
				"item %zu: status %u recorded as %s", i,
				served->status, ok ? "ok" : "an error");
	}
	return false;
}

/* Nothing may change the server's settings during a trial. */
bool verdict_reconfigured(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return account->witness->reconfigured &&
		verdict_fault(reason, size,
			"the server's settings were changed during the trial");
}

static bool is_others(const struct account *account,
	const struct witness_row *row, enum witness_trial whose)
{
	return row->trial == whose &&
		row->arrival_ns >= account->spec->epoch_ns;
}

/* Requests since the beginning of the epoch must be the trial's own. */
static bool asked_as(const struct account *account, enum witness_trial whose,
	char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	uint64_t first_ns = UINT64_MAX, t0 = account->result->t0_ns;
	size_t count = 0;

	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *row = &witness->rows[r];

		if (!is_others(account, row, whose))
			continue;
		count++;
		if (row->arrival_ns < first_ns)
			first_ns = row->arrival_ns;
	}
	if (whose == WITNESS_EARLIER && count <= account->spec->stragglers)
		return false;
	return count &&
		verdict_fault(reason, size,
			"%zu request%s under %s, the first %.3f ms %s the "
			"clock started",
			count, count == 1 ? "" : "s",
			whose == WITNESS_UNNAMED ? "no name"
						 : "another trial's name",
			first_ns < t0 ? MS(t0 - first_ns) : MS(first_ns - t0),
			first_ns < t0 ? "before" : "after");
}

bool verdict_asked_as_another(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return asked_as(account, WITNESS_OTHERS, reason, size) ||
		asked_as(account, WITNESS_UNNAMED, reason, size) ||
		asked_as(account, WITNESS_EARLIER, reason, size);
}

/*
 * The bytes that an answer to a request for the range may have: exactly as many
 * where the size of the bodies is known, at most as many elsewhere.
 */
static bool is_of_range(
	const struct witness_row *row, const struct workload *workload)
{
	uint64_t first = 0, last = 0, size = workload->payload_bytes, length;

	(void)parse_range(workload->range, "", &first, &last, NULL);
	if (size != FR_UNKNOWN && last >= size)
		last = size - 1;
	if (first > last)
		return row->status == 416;
	length = last - first + 1;
	if (row->status != 206)
		return row->status == 416 && size == FR_UNKNOWN;
	/* What was not sent to its end says nothing. */
	return row->bytes == UINT64_MAX || row->bytes == length ||
		(size == FR_UNKNOWN && row->bytes < length);
}

/*
 * Whether a request asked for another part of the body than the workload does,
 * by Range or If-None-Match: no drawn fault is the reason of the answer.
 */
static bool is_other_part(
	const struct witness_row *row, const struct workload *workload)
{
	if (row->fault != WITNESS_NO_FAULT)
		return false;
	return workload->range[0] ? !is_of_range(row, workload)
				  : row->status == 206 || row->status == 304 ||
			row->status == 416;
}

bool verdict_asked_otherwise(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	static const char *const words[] = {
		[WITNESS_GET] = "GET",
		[WITNESS_HEAD] = "HEAD",
		[WITNESS_OTHER_METHOD] = "another method",
	};
	const struct witness *witness = account->witness;

	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *asked = &witness->rows[r];

		if (asked->trial != WITNESS_OURS)
			continue;
		if (is_other_part(asked, &row->workload)) {
			if (!row->workload.range[0])
				return verdict_fault(reason, size,
					"item %" PRIu32 " was requested in "
					"part or conditionally: status %u",
					asked->item, asked->status);
			return verdict_fault(reason, size,
				"item %" PRIu32 " was not requested by bytes "
				"%s: status %u",
				asked->item, row->workload.range,
				asked->status);
		}
		if (asked->method != WITNESS_GET)
			return verdict_fault(reason, size,
				"item %" PRIu32 " was requested by %s, not "
				"by GET",
				asked->item, words[asked->method]);
	}
	return false;
}

/* A program may use any version of HTTP. */
bool verdict_spoke_otherwise(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	static const char *const words[] = {
		[WITNESS_HTTP_1_0] = "HTTP/1.0",
		[WITNESS_HTTP_1_1] = "HTTP/1.1",
		[WITNESS_HTTP_2] = "HTTP/2",
	};
	const struct witness *witness = account->witness;
	unsigned flags = account->spec->strategy->flags;
	enum witness_protocol protocol =
		flags & FR_HTTP2 ? WITNESS_HTTP_2 : WITNESS_HTTP_1_1;

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *asked = &witness->rows[r];

		if (asked->trial == WITNESS_OURS &&
			asked->protocol != protocol &&
			!(flags & FR_WITNESS_SAMPLES))
			return verdict_fault(reason, size,
				"item %" PRIu32 " was requested over %s by a "
				"strategy that declares %s",
				asked->item, words[asked->protocol],
				words[protocol]);
	}
	return false;
}
