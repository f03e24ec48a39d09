/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The link of a trial: set up before it, and read and left quiet after it. */
#ifndef HARNESS_RACE_TRIAL_LINK_H
#define HARNESS_RACE_TRIAL_LINK_H

#include <stdint.h>

#include "harness/plan/sweep.h"
#include "harness/server/server.h"
#include "harness/trial/trial.h"

/* The link that a cell asks for, in *link; NULL: none. */
const struct trial_link *trial_link_of(struct trial_link *link,
	const struct server *server, const struct cell *cell);

/*
 * Puts the link into force. Trials with the same seed meet the same draws. link
 * may be NULL. Returns 0, or -1 with *err: the relay or the server has ended.
 */
int trial_link_begin(struct server *server, const struct trial_link *link,
	uint64_t seed, struct fr_error *err);

/*
 * Fills in link and link_rc of the result, and waits until the trial's
 * connections have ended, for a few round trips at most: their last packets
 * would be the next trial's. link may be NULL.
 */
void trial_link_end(struct server *server, const struct trial_link *link,
	struct trial_result *result);

#endif
