/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks, in the order in which they explain most: a strategy that
 * returned early also has items missing, and the first is the finding.
 */
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "harness/judge/ideal.h"
#include "harness/judge/room.h"
#include "harness/trial/clock.h"

#define MS(ns) ((double)(ns) / 1e6)

/* One check: true and a reason when the accounts disagree. */
typedef bool check_fn(const struct account *account,
	const struct trial_row *row, char *reason, size_t size);

__attribute__((format(printf, 3, 4))) static bool fault(
	char *reason, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(reason, size, format, args);
	va_end(args);
	return true;
}

static bool left_processes(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	unsigned left = account->result->left_behind;

	(void)row;
	return left &&
		fault(reason, size, "left %u process%s behind", left,
			left == 1 ? "" : "es");
}

/*
 * Items still in hand, or ended or served, after download_many returned. What
 * a client has given up a server that stood still may read much later.
 */
static bool returned_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t t1 = account->result->t1_ns;
	size_t late = 0;

	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		late += (sample->start_ns && sample->status == FR_NOT_RUN) ||
			sample->start_ns > t1 || sample->end_ns > t1 ||
			(served && served->arrival_ns > t1 &&
				!account_gave_up(sample));
	}
	return late &&
		fault(reason, size,
			"returned before it was done: %zu of %zu items "
			"were unfinished",
			late, account->spec->n);
}

static bool started_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t t0 = account->result->t0_ns;

	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		if ((sample->start_ns && sample->start_ns < t0) ||
			(served && served->arrival_ns < t0))
			return fault(reason, size,
				"item %zu was begun before the clock", i);
	}
	return false;
}

static bool hurried(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		uint64_t start_ns = account->result->samples[i].start_ns;
		uint64_t due_ns = account_intended_ns(account, i);

		if (start_ns && start_ns < due_ns)
			return fault(reason, size,
				"item %zu was begun %.3f ms before its time", i,
				MS(due_ns - start_ns));
	}
	return false;
}

static bool skipped(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	size_t first = 0;

	if (row->not_run == 0)
		return false;
	while (account->result->samples[first].status != FR_NOT_RUN)
		first++;
	return fault(reason, size,
		"%" PRIu64 " of %zu items were never performed; "
		"the first is item %zu",
		row->not_run, account->spec->n, first);
}

static bool counts_disagree(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t sum = row->ok + row->http_error + row->net_error +
		row->timeout + row->cancelled + row->not_run;

	return sum != account->spec->n &&
		fault(reason, size,
			"%zu items but %" PRIu64 " outcomes were recorded",
			account->spec->n, sum);
}

static bool used_network(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return (account->spec->strategy->flags & FR_NO_NETWORK) &&
		account->witness->count &&
		fault(reason, size,
			"%zu requests by a strategy that promised none",
			account->witness->count);
}

static bool witness_incomplete(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return account->witness->dropped &&
		fault(reason, size, "the witness dropped %" PRIu64 " rows",
			account->witness->dropped);
}

/*
 * Whether an item was asked for more often than its sample admits, or again
 * when its answer was there: one is sent again only if none has come.
 */
static bool fetched_again(const struct account *account, size_t i)
{
	const struct witness_row *row = account_served(account, i), *before;
	unsigned times = row != NULL;

	for (; row && (before = account_earlier(account, row)); row = before) {
		if (before->bytes != UINT64_MAX &&
			before->sent_ns <= row->arrival_ns)
			return true;
		times++;
	}
	return times > account->result->samples[i].attempts;
}

/*
 * Whether an item had no time to be asked for: whoever is stopped for as long
 * as it may take has given it up unsent. All of that time was spent.
 */
static bool ran_out_of_time(
	const struct account *account, const struct fr_sample *sample)
{
	return sample->status == FR_TIMEOUT &&
		sample->end_ns - sample->start_ns >=
		account->spec->http.timeout_ms * NS_PER_MS;
}

/* Each item once: not unasked for, not twice, not never. */
static bool served_wrongly(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	const struct trial_spec *spec = account->spec;

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		uint64_t item = witness->rows[r].item;

		if (item >= spec->n)
			return fault(reason, size,
				"asked for item %" PRIu64 " of a job of %zu",
				item, spec->n);
	}
	for (size_t i = 0; i < spec->n; i++) {
		if (fetched_again(account, i))
			return fault(reason, size,
				"item %zu was fetched more than once", i);
		if (!account->served[i] && !spec->unwitnessed &&
			!(spec->strategy->flags & FR_NO_NETWORK) &&
			!ran_out_of_time(account, &account->result->samples[i]))
			return fault(reason, size,
				"item %zu never reached the server", i);
	}
	return false;
}

/* Item i's URL without scheme, host and query, hashed as the server does. */
static uint64_t path_hash(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;

	return path ? XXH3_64bits(path, strcspn(path, "?")) : 0;
}

static bool asked_for_another(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct witness_row *served = account_served(account, i);

		if (served && served->path_hash &&
			served->path_hash != path_hash(account->spec->urls[i]))
			return fault(reason, size,
				"item %zu asked for another one's URL", i);
	}
	return false;
}

/* A sample spans its request: begun before it arrived, ended after. */
static bool times_disagree(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		if (!served)
			continue;
		if (served->arrival_ns < sample->start_ns)
			return fault(reason, size,
				"item %zu reached the server %.3f ms before "
				"it was begun",
				i, MS(sample->start_ns - served->arrival_ns));
		if (!account_gave_up(sample) &&
			sample->end_ns < served->sent_ns)
			return fault(reason, size,
				"item %zu was done before the server answered",
				i);
	}
	return false;
}

static bool bodies_differ(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		if (!served || sample->status != FR_OK)
			continue;
		if (sample->body_bytes != served->bytes)
			return fault(reason, size,
				"item %zu: %" PRIu64 " bytes received; %" PRIu64
				" sent",
				i, sample->body_bytes, served->bytes);
		if (sample->body_hash != served->hash)
			return fault(reason, size,
				"item %zu: not the bytes that were sent", i);
	}
	return false;
}

static bool too_many_in_flight(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	return row->peak_in_flight != FR_UNKNOWN &&
		row->peak_in_flight > account->spec->concurrency &&
		fault(reason, size,
			"%" PRIu64 " requests in flight at once; %u allowed",
			row->peak_in_flight, account->spec->concurrency);
}

/* A worker has one item at a time, so no mean can be above their number. */
static bool too_many_in_mean(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	/* Rounding alone may make it a little more. */
	return row->mean_in_flight > 1.000001 * account->spec->concurrency &&
		fault(reason, size,
			"%.3f requests in flight in the mean, by its own "
			"stamps; %u allowed",
			row->mean_in_flight, account->spec->concurrency);
}

static bool too_few_in_flight(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	return room_was_left(account, row) &&
		fault(reason, size,
			"never more than %" PRIu64 " requests in flight, "
			"though %u were to be and there was time to begin them",
			row->peak_in_flight, account->spec->concurrency);
}

static bool worker_unknown(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++)
		if (account->result->samples[i].worker >=
			account->spec->concurrency)
			return fault(reason, size,
				"item %zu has worker %" PRIu32 " of %u", i,
				account->result->samples[i].worker,
				account->spec->concurrency);
	return false;
}

static bool impossibly_fast(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t bound =
		ideal_lower_bound(account->delays_ns, account->spec->due_ns,
			account->spec->n, account->spec->concurrency);

	return row->elapsed_ns < bound &&
		fault(reason, size,
			"%.3f ms is impossible: the delays alone take %.3f ms",
			MS(row->elapsed_ns), MS(bound));
}

static check_fn *const checks[] = {
	left_processes,
	returned_early,
	started_early,
	hurried,
	skipped,
	counts_disagree,
	used_network,
	witness_incomplete,
	served_wrongly,
	asked_for_another,
	times_disagree,
	bodies_differ,
	too_many_in_flight,
	too_many_in_mean,
	too_few_in_flight,
	worker_unknown,
	impossibly_fast,
};

/* "SIGSEGV", or "signal 34" for those without a name. */
static void name_signal(int signal, char *text, size_t size)
{
	const char *name = sigabbrev_np(signal);

	if (name)
		(void)snprintf(text, size, "SIG%s", name);
	else
		(void)snprintf(text, size, "signal %d", signal);
}

static const char *phase_name(enum trial_phase phase)
{
	switch (phase) {
	case TRIAL_SETUP:
		return "in setup";
	case TRIAL_READY:
		return "between setup and download_many";
	case TRIAL_RUNNING:
		return "in download_many";
	case TRIAL_TEARDOWN:
		return "in teardown";
	case TRIAL_DONE:
		return "after teardown";
	}
	return "";
}

/* It may be why, though it is no fault by itself: some requests may fail. */
static void add_program_status(
	const struct trial_result *result, char *reason, size_t size)
{
	size_t used = strlen(reason);

	if (result->program_status)
		fault(reason + used, size - used,
			"; the program exited with status %d",
			result->program_status);
}

enum trial_verdict verdict_of(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct trial_result *result = account->result;
	const char *where = phase_name(result->phase);
	char signal[32];

	reason[0] = '\0';
	switch (result->end) {
	case TRIAL_FAILED:
		fault(reason, size, "%s failed: %s",
			result->phase == TRIAL_SETUP ? "setup"
						     : "download_many",
			strerror(-result->error));
		return VERDICT_FAILED;
	case TRIAL_CRASHED:
		name_signal(result->signal, signal, sizeof(signal));
		if (result->signal)
			fault(reason, size, "died of %s %s", signal, where);
		else
			fault(reason, size, "exited with status %d %s",
				result->exit_status, where);
		return VERDICT_CRASHED;
	case TRIAL_TIMEOUT:
	case TRIAL_STOPPED:
		fault(reason, size, "killed after %.1f s %s",
			MS(trial_deadline_ns(account->spec)) / 1e3, where);
		return VERDICT_TIMEOUT;
	case TRIAL_COMPLETED:
		break;
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i](account, row, reason, size)) {
			add_program_status(result, reason, size);
			return VERDICT_INVALID;
		}
	return account->spec->unwitnessed ? VERDICT_UNWITNESSED : VERDICT_VALID;
}
