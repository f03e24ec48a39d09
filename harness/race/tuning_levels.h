/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a search knows of its levels. Shared by tuning*.c alone. */
#ifndef HARNESS_RACE_TUNING_LEVELS_H
#define HARNESS_RACE_TUNING_LEVELS_H

#include "harness/race/tuning.h"

/* What is known of a level. */
struct standing {
	size_t count; /* margins */
	double margin;
	bool shown_good, shown_bad;
};

struct standing tuning_stand(const struct tuning *tuning, double level);

/* Whether the level is good enough, as far as is known. */
bool tuning_is_good(const struct tuning *tuning, double level);

/* Whether a is farther than b on the side of good levels. */
bool tuning_is_better(const struct tuning *tuning, double a, double b);

/* The number of a level's results; of long trials, if there are any. */
size_t tuning_count(const struct tuning *tuning, double level);

/*
 * The measured level next to `level`, on the side of better levels or of worse
 * ones; 0: none.
 */
double tuning_neighbour(const struct tuning *tuning, double level, bool better);

/* Whether a level is shown to be faster than the best one of a closed loop. */
bool tuning_is_faster(const struct tuning *tuning, double level);

/*
 * The bracket: the best of the levels that are too bad, and the good level next
 * to it. 0: there is none.
 */
struct bracket {
	double bad, good;
};

struct bracket tuning_bracket(const struct tuning *tuning);

#endif
