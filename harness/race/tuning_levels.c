/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/tuning_levels.h"

#include <math.h>

#include "harness/base/stats.h"

/* The margin of a level without throughput. */
static const double NOTHING = -5;

bool tuning_is_better(const struct tuning *tuning, double a, double b)
{
	return tuning->terms.loop == TUNING_CLOSED ? a > b : a < b;
}

/* Collects a level's results; of long trials, if there are any. */
static size_t collect(
	const struct tuning *tuning, double level, double *results)
{
	size_t count = 0;

	for (int brief = 0; brief < 2 && !count; brief++)
		for (size_t i = 0; i < tuning->trial_count; i++)
			if (tuning->trials[i].level == level &&
				tuning->trials[i].brief == brief &&
				!isnan(tuning->trials[i].result))
				results[count++] = tuning->trials[i].result;
	return count;
}

double tuning_result(const struct tuning *tuning, double level)
{
	double results[TUNING_TRIALS_MAX];

	return stats_median(results, collect(tuning, level, results)).value;
}

size_t tuning_count(const struct tuning *tuning, double level)
{
	double results[TUNING_TRIALS_MAX];

	return collect(tuning, level, results);
}

/* The result of the level in that block; NaN: none. */
static double result_in(const struct tuning *tuning, double level, size_t block)
{
	for (size_t i = 0; i < tuning->trial_count; i++)
		if (tuning->trials[i].block == block &&
			tuning->trials[i].level == level)
			return tuning->trials[i].result;
	return NAN;
}

/* A throughput's margin over what is within the tolerance of the best. */
static double margin_of(const struct tuning *tuning, double own, double best)
{
	if (own > 0)
		return log(own / best) - log(1 - tuning->terms.tolerance);
	return isnan(own) ? NAN : NOTHING;
}

/*
 * Collects the level's margins: those of an open loop, or those over the best
 * level of the same block.
 */
static size_t collect_margins(
	const struct tuning *tuning, double level, double *margins)
{
	size_t count = 0;

	if (tuning->terms.loop == TUNING_OPEN)
		return collect(tuning, level, margins);
	for (size_t block = 1; block <= tuning->block; block++) {
		double own = result_in(tuning, level, block);
		double best = result_in(tuning, tuning->best, block);

		if (!isnan(own) && best > 0)
			margins[count++] = margin_of(tuning, own, best);
	}
	return count;
}

struct standing tuning_stand(const struct tuning *tuning, double level)
{
	double margins[TUNING_TRIALS_MAX];
	struct standing standing = {
		.count = collect_margins(tuning, level, margins)};
	struct estimate mean = stats_trimmed_mean(margins, standing.count);

	standing.margin = stats_median(margins, standing.count).value;
	standing.shown_good = mean.low >= 0;
	standing.shown_bad = mean.high < 0;
	if (tuning->terms.loop == TUNING_OPEN)
		return standing;
	/* The best level is good by definition. */
	if (level == tuning->best)
		return (struct standing){
			.count = TUNING_LOOK_LAST, .shown_good = true};
	/* Too few blocks with both: all trials of both are compared. */
	if (standing.count < TUNING_LOOK)
		standing.margin =
			margin_of(tuning, tuning_result(tuning, level),
				tuning_result(tuning, tuning->best));
	return standing;
}

bool tuning_is_good(const struct tuning *tuning, double level)
{
	return tuning_stand(tuning, level).margin >= 0;
}

double tuning_neighbour(const struct tuning *tuning, double level, bool better)
{
	double found = 0;

	for (size_t i = 0; i < tuning->trial_count; i++) {
		double other = tuning->trials[i].level;

		if (other != level &&
			tuning_is_better(tuning, other, level) == better &&
			(!(found > 0) ||
				tuning_is_better(tuning, other, found) !=
					better))
			found = other;
	}
	return found;
}

struct bracket tuning_bracket(const struct tuning *tuning)
{
	struct bracket bracket = {0};

	/* Beyond the best level of a closed loop, more may be worse again. */
	for (size_t i = 0; i < tuning->trial_count; i++) {
		double level = tuning->trials[i].level;
		bool beyond = tuning->best > 0 && level > tuning->best;

		if (!beyond && !tuning_is_good(tuning, level) &&
			(!(bracket.bad > 0) ||
				tuning_is_better(tuning, level, bracket.bad)))
			bracket.bad = level;
	}
	if (bracket.bad > 0) {
		bracket.good = tuning_neighbour(tuning, bracket.bad, true);
		return bracket;
	}
	for (size_t i = 0; i < tuning->trial_count; i++) {
		double level = tuning->trials[i].level;

		if (!(bracket.good > 0) ||
			tuning_is_better(tuning, bracket.good, level))
			bracket.good = level;
	}
	return bracket;
}

bool tuning_is_faster(const struct tuning *tuning, double level)
{
	double margins[TUNING_TRIALS_MAX];
	size_t count = collect_margins(tuning, level, margins);

	return stats_trimmed_mean(margins, count).low >
		-log(1 - tuning->terms.tolerance);
}

/* The levels next to the answer that are shown to be on their sides. */
static struct bracket find_shown(const struct tuning *tuning, double answer)
{
	struct bracket shown = {0};

	for (size_t i = 0; i < tuning->trial_count; i++) {
		double level = tuning->trials[i].level;
		struct standing standing = tuning_stand(tuning, level);

		if (tuning_is_better(tuning, answer, level) &&
			standing.shown_bad &&
			(!(shown.bad > 0) ||
				tuning_is_better(tuning, level, shown.bad)))
			shown.bad = level;
		if (!tuning_is_better(tuning, answer, level) &&
			standing.shown_good &&
			(!(shown.good > 0) ||
				tuning_is_better(tuning, shown.good, level)))
			shown.good = level;
	}
	return shown;
}

struct tuning_answer tuning_answer(const struct tuning *tuning)
{
	const struct tuning_terms *terms = &tuning->terms;
	struct bracket bracket = tuning_bracket(tuning), shown;
	struct tuning_answer answer = {
		.level = bracket.good,
		.best = tuning->best,
		.above = bracket.bad,
		.at_least = bracket.good == terms->least,
		.at_most = fmax(bracket.good, tuning->best) == terms->most,
	};

	/* The best of nothing is nothing. */
	if (terms->loop == TUNING_CLOSED &&
		!(tuning_result(tuning, tuning->best) > 0))
		answer.level = 0;
	if (!(answer.level > 0))
		return answer;
	shown = find_shown(tuning, answer.level);
	if (terms->loop == TUNING_CLOSED) {
		answer.low = shown.bad > 0 ? shown.bad + 1 : 0;
		answer.high = shown.good;
		if (answer.at_least)
			answer.low = terms->least;
	} else {
		answer.low = shown.good;
		answer.high = shown.bad;
		if (answer.at_most)
			answer.high = terms->most;
	}
	return answer;
}
