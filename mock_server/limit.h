/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rate limit of the server: a token bucket. An item request takes a token.
 * Tokens come back at the rate, up to the burst. A request that finds no token
 * is answered 429 (RFC 6585, 4) at once.
 *
 * Tokens are counted in whole parts, so that no rounding adds up: each ns adds
 * `rate` parts, and LIMIT_TOKEN parts are a token. The time is that of the
 * requests' arrivals, so the same arrivals always find the same tokens. Pure.
 */
#ifndef MOCK_SERVER_LIMIT_H
#define MOCK_SERVER_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/mock_server.h"

enum { LIMIT_TEXT_MAX = 64, LIMIT_BURST_MAX = 1000000 };
#define LIMIT_TOKEN 1000000000000u

struct limit {
	uint64_t rate;  /* tokens in 1000 s, 1 to 1e9; 0: no limit */
	uint64_t burst; /* tokens of a full bucket, 1 to LIMIT_BURST_MAX */
	char text[LIMIT_TEXT_MAX]; /* what it was parsed from */
};

/*
 * Parses "none", "200/s" or "200/s,burst=20". A rate is from 0.001/s to
 * 1000000/s, in steps of 0.001/s. Without a burst, the bucket holds the tokens
 * of one second, at least 1. Returns 0; or -EINVAL with what is wrong, at which
 * column, and an example, and *limit is untouched.
 */
int limit_parse(struct limit *limit, const char *text, struct mock_error *err);

struct bucket {
	uint64_t parts; /* up to burst * LIMIT_TOKEN */
	uint64_t at_ns; /* the latest time at which a token was asked for */
};

/* Fills the bucket, as of the first time at which a token is asked for. */
void bucket_fill(struct bucket *bucket, const struct limit *limit);

/*
 * Takes a token at now_ns; a time before an earlier one counts as that one.
 * Returns 0, or after how many ns there will be a token.
 */
uint64_t bucket_take(
	struct bucket *bucket, const struct limit *limit, uint64_t now_ns);

#endif
