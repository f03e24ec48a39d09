/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The race itself: block by block, every cell once, each trial configured,
 * run, witnessed, judged and recorded before the next begins.
 */
#ifndef HARNESS_RACE_RACE_H
#define HARNESS_RACE_RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/plan/plan.h"
#include "harness/record/recover.h"
#include "harness/record/run_folder.h"
#include "harness/runs/summary.h"
#include "harness/server/server.h"

/* Is told of each trial of a race. */
struct race_watch {
	void (*next)(void *ctx, const struct trial_row *row); /* will run */
	void (*judged)(void *ctx, const struct trial_row *row);
	void *ctx;
};

/* When a run may stop because its medians are known well enough. */
struct precision {
	enum summary_clock clock; /* of the medians */
	double wanted;            /* width of an interval over its median */
	uint64_t blocks_min;      /* so many in any case */
	uint64_t blocks;          /* how many have been run */
	double reached; /* of the widest cell; infinite: no interval */
	char widest[SUMMARY_LABEL_MAX]; /* that cell */
};

/* Everything a race needs. All of it is the caller's. */
struct race {
	const struct plan *plan;
	const char *suite;
	const struct texts *urls; /* of items, over and over; none: flags */
	uint64_t blocks, warmup;  /* blocks at most, with precision */
	uint64_t seed;            /* of the order, and of the blocks' seeds */
	struct precision *precision; /* when to stop before; NULL: never */
	struct server *server;
	struct run_folder folder; /* open while the race runs */
	struct recovered before;  /* what a run that is resumed has done */
	struct race_watch watch;
	bool quiet; /* say nothing of a run that is resumed */
	int stop_fd;
};

enum race_outcome {
	RACE_FINISHED,
	RACE_INTERRUPTED, /* by the user: what was finished is recorded */
	RACE_FAILED,      /* *err says why; what was finished is recorded */
};

/*
 * Asks the strategies whether they can download from there, the server whether
 * it takes the settings of every cell, and the system
 * whether it lets us have the sockets, before anything is written. Returns 0,
 * or -1 with *err, of a setting in the server's words.
 */
int race_check(struct race *race, struct fr_error *err);

enum race_outcome race_run(struct race *race, struct fr_error *err);

#endif
