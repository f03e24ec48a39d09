/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shards of a run among a command's operands. */
#ifndef HARNESS_CLI_SHARD_RUNS_H
#define HARNESS_CLI_SHARD_RUNS_H

#include <stdbool.h>

#include "harness/race/scratch.h"
#include "harness/runs/shards.h"

/* The shards, and a folder for the moment in which they are one run. */
struct shard_runs {
	struct shards shards;
	bool lacking; /* a shard is missing, or has not run all trials */
	struct scratch scratch;
	const char *folder; /* scratch.path */
};

/*
 * Reads the shards among the folders, if these are shards (runs/shards.h), and
 * tells on standard error what is missing. With `join`, also makes the folder of
 * the whole run, if there are several. Returns 0, or -1 with *err.
 * shard_runs_close in either case.
 */
int shard_runs_open(struct shard_runs *runs, const char *const *dirs,
	size_t count, bool join, struct fr_error *err);

void shard_runs_close(struct shard_runs *runs);

#endif
