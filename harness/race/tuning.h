/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searches for the level at which a server or a strategy is as good as it gets:
 *
 * - closed loop: the smallest concurrency whose throughput is within a tolerance
 *   of the best throughput;
 * - open loop: the highest rate that is held with a goal for its latency.
 *
 * The levels grow by doubling until the result gets no better. Then the bracket
 * between the last level that is too bad and the first one that is good enough
 * is halved on a log scale, with one trial of each level. The exponential search
 * is that of Nighthawk's adaptive load controller
 * (https://github.com/envoyproxy/nighthawk, adaptive_load_controller.md);
 * trials that are brief far from the answer and long near it are taken from
 * MLRsearch (FD.io CSIT; draft-ietf-bmwg-mlrsearch).
 *
 * A single trial may mislead. So the two ends of the bracket, and the best level
 * of a closed loop, are run in blocks, until the interval of each end lies on its
 * own side. An end that changes sides is searched again. The interval is that of
 * a trimmed mean (stats_trimmed_mean), which needs few blocks where they agree,
 * and is not moved by the few that a busy machine disturbs. In a closed loop it
 * is the interval of the ratio to the best level of the same block.
 *
 * A search is plain memory and pure: it runs nothing. What it asks for depends
 * on what it was told alone. One thread at a time.
 */
#ifndef HARNESS_RACE_TUNING_H
#define HARNESS_RACE_TUNING_H

#include <stdbool.h>
#include <stddef.h>

enum tuning_loop {
	TUNING_CLOSED, /* levels are concurrencies, results are throughputs */
	TUNING_OPEN,   /* levels are rates, results are margins */
};

enum {
	TUNING_ASKS_MAX = 3, /* levels of a block */
	TUNING_TRIALS_MAX = 400,
	TUNING_TRIALS_MIN = 20, /* fewer cannot give an interval */
	/* Blocks with a level before its first look, and before its last one. */
	TUNING_LOOK = 3,
	TUNING_LOOK_LAST = 12,
};

/* Neighbouring levels at the end of a search differ by at most this share. */
#define TUNING_RESOLUTION 0.02

#define TUNING_MARGIN_NARROW 1.0

struct tuning_terms {
	enum tuning_loop loop;
	double start;       /* the first level */
	double least, most; /* levels that may be asked for; whole if closed */
	double tolerance;   /* closed: of the best throughput; > 0, < 1 */
	size_t trials_max;  /* TUNING_TRIALS_MIN to TUNING_TRIALS_MAX */
};

/* A trial that is to be run. */
struct tuning_ask {
	double level;
	bool brief; /* far from the answer */
};

/* What a search does. An open loop begins with TUNING_HALVES. */
enum tuning_phase {
	TUNING_CLIMBS,   /* doubles the level, for the best throughput */
	TUNING_DESCENDS, /* halves it, because the first level was too high */
	TUNING_PEAKS,    /* looks between the best level and its neighbours */
	TUNING_HALVES,   /* finds and halves the bracket, or runs its ends */
	TUNING_ENDED,
};

struct tuning_trial {
	double level, result; /* NaN: none */
	size_t block;
	bool brief;
};

/* A search; members are for reading. */
struct tuning {
	struct tuning_terms terms;
	enum tuning_phase phase;
	double level;   /* of the last step up or down */
	double reached; /* the throughput that counts as progress */
	unsigned idle;  /* steps up without progress */
	unsigned looks; /* between the best level and its neighbours */
	unsigned again; /* times that the same levels were asked for */
	double best;    /* closed: level of the best throughput; 0: none */
	bool compared;  /* levels have been run in blocks */
	size_t block;   /* blocks that were asked for */
	size_t repeats; /* blocks that may still have the same levels */
	struct tuning_ask asks[TUNING_ASKS_MAX];
	size_t wanted[TUNING_ASKS_MAX]; /* margins of these, to look again */
	size_t ask_count;
	bool short_of_trials; /* ended because there were no more */
	struct tuning_trial trials[TUNING_TRIALS_MAX];
	size_t trial_count;
};

/* What a search has found. Levels are 0 where there is none. */
struct tuning_answer {
	double level; /* 0: no level is good enough */
	/*
	 * With 95 % confidence, the level is between these, inclusive. 0: it is
	 * not known on that side.
	 */
	double low, high;
	bool at_least, at_most; /* it is the least, or the most, of the terms */
	double best;            /* closed: level of the best throughput */
	double above;           /* open: the least rate that was not held */
};

void tuning_init(struct tuning *tuning, const struct tuning_terms *terms);

/*
 * The trials of the next block, each of another level. Returns how many; 0: the
 * search has ended.
 */
size_t tuning_next(
	struct tuning *tuning, struct tuning_ask asks[TUNING_ASKS_MAX]);

/*
 * Tells the results of the trials that tuning_next returned, in that order; NaN:
 * a trial has none. A throughput is positive or 0. A margin is positive or 0 if
 * the rate was held with the goal, and else negative; below
 * -TUNING_MARGIN_NARROW, chance cannot be the reason.
 */
void tuning_tell(struct tuning *tuning, const double *results);

/* Also before the end: what is known so far. */
struct tuning_answer tuning_answer(const struct tuning *tuning);

/* The median result of the level; NaN: none. */
double tuning_result(const struct tuning *tuning, double level);

#endif
