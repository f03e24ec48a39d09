/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins the two accounts of a trial: the client's samples and the witness's
 * rows. judge.h judges the joined account.
 */
#ifndef HARNESS_ACCOUNT_ACCOUNT_H
#define HARNESS_ACCOUNT_ACCOUNT_H

#include <stdbool.h>
#include <string.h>

#include "harness/account/ideal.h"
#include "harness/plan/share.h"
#include "harness/server/witness.h"
#include "harness/trial/trial.h"
#include "mock_server/mock_server.h"

/* The joined account. The caller owns all that it points to, and keeps it. */
struct account {
	const struct trial_spec *spec;
	const struct trial_result *result;
	const struct witness *witness;
	/*
	 * Numbers of witness rows, counted from 1; 0 means none. last[i] is
	 * the last row of item i, by try and arrival; earlier[r] is the row of
	 * the same item before row r. There may be millions of rows, and a
	 * number takes half the memory of a pointer.
	 */
	uint32_t *last, *earlier;
	/*
	 * n entries: the wait that no strategy can avoid for an item. It is
	 * the delay of the first try and the round trips of the link, or less
	 * if the client gave up.
	 */
	uint64_t *delays_ns;
	/*
	 * n entries: the least time from there to the end of the last try, with
	 * the waits, during which the item needs no place. NULL: no retries.
	 */
	uint64_t *after_ns;
	uint64_t retried_ns; /* sum of the delays in all after_ns */
	uint64_t begin_ns;   /* account_first_ns */
};

/* Returns 0 or -ENOMEM. Free the account with account_release. */
int account_init(struct account *account, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness);
void account_release(struct account *account);

static inline const struct fr_sample *account_sample(
	const struct account *account, size_t i)
{
	return &account->result->samples[i];
}

/*
 * Whether the strategy is a program. Its samples are made of the witness's rows
 * (samples_from_witness.h), which tell of no worker and of no failure.
 */
static inline bool account_is_of_program(const struct account *account)
{
	return account->spec->strategy->flags & FR_WITNESS_SAMPLES;
}

/* The last row of item i, of whatever try. NULL: none. */
const struct witness_row *account_last(const struct account *account, size_t i);

/* The row that answered item i: the last row of its last try. NULL: none. */
const struct witness_row *account_served(
	const struct account *account, size_t i);

/*
 * The row of the same item before this one: of an earlier try, or of the same
 * one, whose connection was lost, so that the client sent the request again.
 * NULL: none.
 */
const struct witness_row *account_earlier(
	const struct account *account, const struct witness_row *row);

/* The first and the last row of a try; NULL: none came to the server. */
struct try_rows {
	const struct witness_row *first, *last;
};

/* The rows of the k-th try of item i, from 1. */
struct try_rows account_try(
	const struct account *account, size_t i, unsigned k);

/* Whether the server has sent a whole answer. */
bool account_is_whole(const struct witness_row *row);

/* Whether the k-th try of item i was answered, and before the next try came. */
bool account_was_answered(const struct account *account, size_t i, unsigned k);

/*
 * The earliest time at which the timeout of the k-th try of item i may be over.
 * Only with a policy of retries.
 */
uint64_t account_least_timeout_ns(
	const struct account *account, size_t i, unsigned k);

/*
 * Whether the timeout of the k-th try of item i may have been over before the
 * next try. Only with a policy of retries.
 */
bool account_may_have_timed_out(
	const struct account *account, size_t i, unsigned k);

/*
 * The least wait of item i between its k-th try, from 1, and the next one. Only
 * with a policy of retries.
 */
uint64_t account_wait_ns(const struct account *account, size_t i, unsigned k);

/* Called by account_init: fills in delays_ns, after_ns, retried_ns, begin_ns. */
void account_measure(struct account *account);

/*
 * Adds the tries after the first to a schedule on so many places in which the
 * first try of item i ends at ends_ns[i]: raises the ends, and *makespan_ns to
 * a bound for a client that gives the place away between tries, and so for any
 * other. Nothing changes without a policy of retries.
 */
void account_add_tries(uint64_t *makespan_ns, const struct account *account,
	uint64_t *ends_ns, unsigned places);

/*
 * Whether the witness has recorded the end of every answer that must have been
 * sent. The server records the end of an answer after it has written the
 * answer, so for a moment the client may know more than the witness.
 */
bool account_is_settled(const struct account *account);

/*
 * How many requests of this trial and of earlier trials have no row in the
 * witness yet and may still get one.
 */
uint64_t account_stragglers(const struct account *account);

/*
 * The answer drawn for the attempt of this row, computed by the harness from
 * the seed. Without known settings, the delay that the row states. Nothing is
 * drawn for a request that the rate limit refused, or whose stream was refused:
 * it is answered at once.
 */
struct mock_answer account_drawn(
	const struct account *account, const struct witness_row *row);

/*
 * The least time for which the first try of item i occupied one of the places
 * that the server's capacity allows: its delay, or less if the client left
 * before the answer.
 */
uint64_t account_held_ns(const struct account *account, size_t i);

/*
 * The stamp from which the latency of item i counts: in an open loop its
 * scheduled start, else its start.
 */
uint64_t account_intended_ns(const struct account *account, size_t i);

/*
 * The items that were started, sorted by start; items with equal stamps are
 * sorted by number. The caller frees the array. NULL: no memory.
 */
uint32_t *account_started(const struct account *account, size_t *count);

/*
 * The CPU time of item i's work: what was asked for, or less if this CPU did it
 * faster. 0: none.
 */
uint64_t account_work_ns(const struct account *account, size_t i);

/* The CPUs that the trial could use, and the quota of them. */
struct ideal_cpus account_cpus(const struct account *account);

/*
 * Raises *makespan_ns to the bound that the CPU work sets (ideal.h), where item
 * i is answered at answered_ns[i] from the beginning. Returns 0 or -ENOMEM.
 */
int account_add_work(uint64_t *makespan_ns, const struct account *account,
	const uint64_t *answered_ns);

/*
 * The time from the start of the clock before which no request can be sent,
 * because a connection through the link has to be made first. 0: no link; no
 * item was served; each item has a connection of its own, whose handshake is in
 * delays_ns; or an open loop, in which the handshake may fall between two
 * items. Called by account_measure.
 */
uint64_t account_first_ns(const struct account *account);

/* The round trips of the link that no strategy can avoid for an item. */
uint64_t account_trips_ns(const struct account *account);

/*
 * The least time from the start of the clock until a connection is accepted: a
 * handshake, and the way of the packet that ends it. 0: no link.
 */
uint64_t account_way_ns(const struct account *account);

/* How long the body of item i alone occupies the link; 0: it has no rate. */
uint64_t account_transfer_ns(const struct account *account, size_t i);

/*
 * The least time in which the link can carry the bodies of all items, of which
 * the first can come when the first answer can. 0: it has no rate.
 */
uint64_t account_rate_bound_ns(const struct account *account);

/*
 * How long the packets that the link delivered occupied it, in the direction
 * in which that is longer. 0: it has no rate.
 */
uint64_t account_busiest_ns(const struct account *account);

/*
 * The makespan of a greedy schedule (ideal.h) on `places` places, from
 * begin_ns on, in which
 * the first try of item i takes ns_of(account, i), and of the tries and the CPU
 * work behind it. Returns 0 or -ENOMEM.
 */
int account_schedule(uint64_t *makespan_ns, const struct account *account,
	uint64_t (*ns_of)(const struct account *account, size_t i),
	unsigned places);

/*
 * The greedy schedule of each_ns alone; ends_ns as in ideal_makespan, and may
 * be each_ns. Returns 0 or -ENOMEM.
 */
int account_makespan(uint64_t *makespan_ns, uint64_t *ends_ns,
	const struct account *account, const uint64_t *each_ns,
	unsigned places);

/* When the request of an item was over: before the item's work, if any. */
uint64_t account_answered_ns(const struct fr_sample *sample);

/*
 * When the item's worker was free for the next item: at the item's end, or once
 * its request was over if the strategy does the work apart.
 */
uint64_t account_freed_ns(
	const struct account *account, const struct fr_sample *sample);

/*
 * How far a stamp of item i's host may be from the clock of the witness. Checks
 * that compare stamps of the two allow for it. 0: both are of one machine.
 */
uint64_t account_clock_bound_ns(const struct account *account, size_t i);

/* The largest of these. */
uint64_t account_clock_bound_most_ns(const struct account *account);

/* How the items were shared among hosts; one host: not at all. */
struct share account_share(const struct account *account);

/* Whether the items are asked for over TLS. */
static inline bool account_is_secure(const struct account *account)
{
	return strncmp(account->spec->urls[0], "https://", 8) == 0;
}

/* Whether the item ended before the client had received its answer. */
bool account_gave_up(const struct fr_sample *sample);

#endif
