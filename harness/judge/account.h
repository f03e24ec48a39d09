/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins the two accounts of a trial: the client's samples and the witness's
 * rows. judge.h judges what is joined here.
 */
#ifndef HARNESS_JUDGE_ACCOUNT_H
#define HARNESS_JUDGE_ACCOUNT_H

#include <stdbool.h>

#include "harness/server/witness.h"
#include "harness/trial/trial.h"
#include "mock_server/mock_server.h"

/* The join. What it points to is the caller's and outlives it. */
struct account {
	const struct trial_spec *spec;
	const struct trial_result *result;
	const struct witness *witness;
	/*
	 * Numbers of the witness's rows, from 1, in half the room of pointers
	 * to them, for there may be millions; 0: none. Of each item the last
	 * to arrive; of each row the one of the same item that arrived before.
	 */
	uint32_t *served, *earlier;
	/*
	 * n: what each item has to be waited for, whatever the strategy: its
	 * first attempt's delay, or less if the client gave it up.
	 */
	uint64_t *delays_ns;
};

/* Returns 0 or -ENOMEM. account_release frees what it took. */
int account_init(struct account *account, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness);
void account_release(struct account *account);

/* The row that answered item i, its last one. NULL: there is none. */
const struct witness_row *account_served(
	const struct account *account, size_t i);

/*
 * The row of the same item before this one: its connection was lost, and the
 * client sent it again. NULL: there is none.
 */
const struct witness_row *account_earlier(
	const struct account *account, const struct witness_row *row);

/*
 * Whether the witness has written down the end of each answer that there must
 * have been. A loop of the server does so after the writing, so for a moment
 * the client may know more than the witness.
 */
bool account_is_settled(const struct account *account);

/*
 * How many requests the trial, and those before it, have sent of which the
 * witness has no row, and may still get one.
 */
uint64_t account_stragglers(const struct account *account);

/*
 * What was drawn for the attempt that the row is of, by the harness's own
 * reckoning; what the row says, if nobody knows the settings.
 */
struct mock_answer account_drawn(
	const struct account *account, const struct witness_row *row);

/*
 * How long item i had one of the server's places, of which a capacity allows
 * but some, at the least: its delay, or less if its client had left.
 */
uint64_t account_held_ns(const struct account *account, size_t i);

/*
 * When item i was due to start: in an open loop its intended start, else
 * its start. Its latency counts from here.
 */
uint64_t account_intended_ns(const struct account *account, size_t i);

/*
 * The items that were started, in the order of their starts; items of one
 * stamp stand in their own order. For free(). NULL: no memory.
 */
uint32_t *account_started(const struct account *account, size_t *count);

/*
 * The makespan of a greedy schedule (ideal.h) of what `ns_of` says of each item,
 * on so many places. Returns 0 or -ENOMEM.
 */
int account_schedule(uint64_t *makespan_ns, const struct account *account,
	uint64_t (*ns_of)(const struct account *account, size_t i),
	unsigned places);

/* Whether an item ended without the answer that the server had for it. */
bool account_gave_up(const struct fr_sample *sample);

#endif
