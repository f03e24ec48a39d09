/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folders of the shards of a run (plan/shard.h), which are read as one run:
 * each block is in one shard, so blocks of different shards are different blocks
 * of the same run. One thread.
 */
#ifndef HARNESS_RUNS_SHARDS_H
#define HARNESS_RUNS_SHARDS_H

#include <jansson.h>

#include "harness/base/error.h"
#include "harness/plan/shard.h"

/* A folder that is a shard. */
struct shards_one {
	const char *dir; /* borrowed */
	struct shard shard;
	json_t *facts;            /* owned; of run.json */
	uint64_t trials;          /* outside the warm-up */
	uint64_t trials_of_whole; /* how many a shard that has ended has */
};

struct shards {
	struct shards_one *of; /* owned; by their numbers */
	size_t given;          /* 0: no folder is a shard */
	uint64_t count;        /* the shards that the run has */
};

/*
 * Looks whether the folders are shards, and checks that they are different
 * shards of one run: the same suite and settings, the same version of flagrace.
 * A folder without a run.json is no shard. Returns 0, or -1 with *err, which
 * names the shard that is there twice, or of another run, or the folder that is
 * none among shards. shards_release in either case.
 */
int shards_read(struct shards *shards, const char *const *dirs, size_t count,
	struct fr_error *err);

void shards_release(struct shards *shards);

/*
 * Writes what the run lacks as a sentence for each: shards that are missing,
 * and shards that have not run all of their trials. Returns how many.
 */
size_t shards_tell_lack(FILE *out, const struct shards *shards);

/*
 * Makes a folder, which exists and is empty, the folder of the whole run: the
 * rows of all shards one after the other, and a run.json that names them.
 * Returns 0, or -1 with *err.
 */
int shards_join(
	const char *folder, const struct shards *shards, struct fr_error *err);

#endif
