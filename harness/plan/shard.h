/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A shard of a run: every N-th block. The N shards of a run are run apart, on
 * as many machines as there are, and have together the trials of the whole run,
 * with the same numbers, seeds and orders. Each shard runs all blocks of the
 * warm-up, because each machine has to warm up.
 */
#ifndef HARNESS_PLAN_SHARD_H
#define HARNESS_PLAN_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

enum { SHARDS_MAX = 1000 };

/* Shard `number` of `count`, from 1; count 0: the whole run. */
struct shard {
	uint64_t number, count;
};

/*
 * Reads a text such as 2/4; NULL stands for the whole run. `where` begins the
 * message. Returns 0, or -1 with *err.
 */
int shard_parse(struct shard *shard, const char *text, const char *where,
	struct fr_error *err);

/* Whether the block belongs to the shard; blocks up to 0 belong to each. */
bool shard_has(const struct shard *shard, int64_t block);

/* How many of the blocks 1 to `blocks` of the run the shard has. */
uint64_t shard_blocks(const struct shard *shard, uint64_t blocks);

/*
 * The block of the trial at a position of the shard, from 1, if a block has
 * `cells` trials and `warmup` blocks come first.
 */
int64_t shard_block_at(const struct shard *shard, size_t position, size_t cells,
	uint64_t warmup);

/* The number of that trial in the whole run. */
size_t shard_trial_at(const struct shard *shard, size_t position, size_t cells,
	uint64_t warmup);

#endif
