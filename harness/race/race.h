/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a race: each block runs every cell once. Each trial is configured, run,
 * judged and recorded before the next one begins. The cells are those of a plan
 * from the first block to the last (race_run), or the caller chooses the cells
 * of each block from the results of earlier blocks (race_block).
 */
#ifndef HARNESS_RACE_RACE_H
#define HARNESS_RACE_RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/plan/plan.h"
#include "harness/plan/shard.h"
#include "harness/race/cell_trial.h"
#include "harness/record/recover.h"
#include "harness/record/run_folder.h"
#include "harness/runs/summary.h"
#include "harness/server/server.h"

/* Callbacks for each trial of a race. */
struct race_watch {
	void (*next)(
		void *ctx, const struct trial_row *row); /* is about to run */
	void (*judged)(void *ctx, const struct trial_row *row);
	void *ctx;
};

/* When a run may stop because its medians are known well enough. */
struct precision {
	enum summary_clock clock; /* of the medians */
	double wanted;            /* interval / its median; 0: do not stop */
	uint64_t blocks_min;      /* to run in any case */
	uint64_t blocks;          /* how many have been run */
	double reached; /* of the widest cell; infinite: no interval */
	char widest[SUMMARY_LABEL_MAX]; /* that cell */
};

/* Everything that a race needs. The caller owns all of it. */
struct race {
	const struct plan *plan; /* if the race grows: all cells to check */
	bool grows; /* the caller calls race_block, and not race_run */
	const char *suite;
	const struct texts *urls;   /* repeated for all items; empty: flags */
	uint64_t blocks, warmup;    /* with precision, blocks is the maximum */
	struct shard shard;         /* which of the blocks are run */
	uint64_t seed;              /* of the orders and of the blocks' seeds */
	struct precision precision; /* when to stop earlier */
	struct server *server;
	/*
	 * A file of certificates to trust; NULL: those of the server's own
	 * authority or, if the server has none, of the system.
	 */
	const char *authorities;
	bool any_certificate;     /* trust any */
	struct run_folder folder; /* open while the race runs */
	struct recovered before;  /* the trials that a resumed run has done */
	struct trial_row *done;   /* those, if the race grows; the caller's */
	size_t position; /* of the last trial, in the folder; 0: at the start */
	struct race_watch watch;
	struct trial_hosts *hosts; /* that make the load; NULL: none */
	bool quiet;                /* print nothing about resuming */
	int stop_fd;
};

enum race_outcome {
	RACE_FINISHED,
	RACE_INTERRUPTED, /* by the user: what was finished is recorded */
	RACE_FAILED,      /* *err says why; what was finished is recorded */
};

/*
 * Checks, before anything is written, that each strategy can download from the
 * target, that the server accepts the settings of every cell, and that the
 * system has enough sockets. Returns 0, or -1 with *err, which for a setting is
 * the server's message.
 */
int race_check(struct race *race, struct fr_error *err);

enum race_outcome race_run(struct race *race, struct fr_error *err);

/*
 * Runs one more block of a race that grows: each cell of `plan` once, in an
 * order that follows from the race's seed and the number of the block. Blocks
 * up to 0 are warm-up. rows[i] becomes the row of cell i. In a resumed run, rows
 * of trials that are done are taken from race->done instead, so the same choices
 * of cells lead to the same race.
 */
enum race_outcome race_block(struct race *race, const struct plan *plan,
	int64_t block, struct trial_row *rows, struct fr_error *err);

/* The number that the trial at that position of the folder has in the run. */
size_t race_trial_at(const struct race *race, size_t position);

/*
 * Checks that the row, which is that of trial `number` of a run, is of this
 * cell in this block. Returns 0, or -1 with *err.
 */
int race_check_row(const struct cell *cell, int64_t block, size_t number,
	const struct trial_row *row, struct fr_error *err);

#endif
