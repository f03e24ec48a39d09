/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/tuning_levels.h"

#include <math.h>

/* A climb ends after so many doublings without progress. */
enum { IDLE_MAX = 2 };
/* Looks for the best level between those that were measured. */
enum { LOOKS_MAX = 5 };
/* A level whose trials have no result so often in a row is too bad. */
enum { AGAIN_MAX = 3 };
/* A closed loop's margin that is missed so narrowly is measured again. */
static const double NARROW = 0.05;
/* Blocks with a level at its looks: a block in four may be disturbed. */
static const size_t LOOKS[] = {TUNING_LOOK, 5, 8, TUNING_LOOK_LAST};
/* Neighbours that differ by more are far from the answer. */
static const double FAR = 1.1;
/* Blocks of a batch beyond those wanted, for trials without a result. */
enum { SPARE_BLOCKS = 2 };

/* The result of a level whose trials have none. */
static double worst(const struct tuning *tuning)
{
	return tuning->terms.loop == TUNING_CLOSED ? 0 : -1;
}

/* The nearest level that can be asked for. */
static double round_level(const struct tuning *tuning, double level)
{
	/* Three digits are enough for a rate. */
	double unit = tuning->terms.loop == TUNING_CLOSED
		? 1
		: pow(10, floor(log10(level)) - 2);

	level = round(level / unit) * unit;
	if (level < tuning->terms.least)
		level = tuning->terms.least;
	return level > tuning->terms.most ? tuning->terms.most : level;
}

/* A level between two, halfway on a log scale; 0: they are close enough. */
static double between(const struct tuning *tuning, double a, double b)
{
	double low = fmin(a, b), high = fmax(a, b);
	double middle = round_level(tuning, sqrt(low * high));

	if (high <= low * (1 + TUNING_RESOLUTION) || middle <= low ||
		middle >= high)
		return 0;
	return middle;
}

/* The level beside `level`, on one side, by that factor; 0: none. */
static double beside(
	const struct tuning *tuning, double level, bool better, double factor)
{
	bool up = (tuning->terms.loop == TUNING_CLOSED) == better;
	double next = round_level(tuning, up ? level * factor : level / factor);

	if (tuning->terms.loop == TUNING_CLOSED && next == level)
		next = round_level(tuning, up ? level + 1 : level - 1);
	return next == level ? 0 : next;
}

/* Adds a level to the next block, and how many margins of it are wanted. */
static void ask(struct tuning *tuning, double level, size_t wanted)
{
	for (size_t i = 0; i < tuning->ask_count; i++)
		if (tuning->asks[i].level == level)
			return;
	tuning->wanted[tuning->ask_count] = wanted;
	tuning->asks[tuning->ask_count++] = (struct tuning_ask){.level = level};
}

/* The number of blocks with a level at the look after `count` of them. */
static size_t next_look(size_t count)
{
	size_t look = 0;

	while (LOOKS[look] <= count && LOOKS[look] < TUNING_LOOK_LAST)
		look++;
	return LOOKS[look];
}

/*
 * Asks for the level that decides an end of the bracket, unless the end is
 * shown to be on its side. An end that stays undecided is what the tolerance
 * or the goal says exactly, so the level beside it decides.
 */
static void ask_end(struct tuning *tuning, double level, bool better)
{
	double factor = 1 + TUNING_RESOLUTION;

	while (level > 0) {
		struct standing standing = tuning_stand(tuning, level);

		if (better ? standing.shown_good : standing.shown_bad)
			return;
		if (standing.count < TUNING_LOOK_LAST) {
			size_t wanted = next_look(standing.count);

			if (tuning->repeats < wanted - standing.count)
				tuning->repeats = wanted - standing.count;
			ask(tuning, level, wanted);
			return;
		}
		/* The longer it takes, the flatter the curve. */
		level = beside(tuning, level, better, factor);
		factor *= factor;
	}
}

/*
 * Another level becomes the best one if its trials say so: in blocks, or, as
 * long as there are none, by being faster; once the peak has been looked for, by
 * more than chance.
 */
static void find_best(struct tuning *tuning)
{
	double best = tuning->best, more = 1;

	if (tuning->phase == TUNING_HALVES)
		more += tuning->terms.tolerance / 2;
	for (size_t i = 0; i < tuning->trial_count; i++) {
		double level = tuning->trials[i].level;

		if (!(best > 0) ||
			(tuning->compared
					? tuning_is_faster(tuning, level)
					: tuning_result(tuning, level) > more *
							tuning_result(
								tuning, best)))
			best = level;
	}
	tuning->best = best;
}

/* The level beyond an end, twice as far; 0: none. */
static double beyond(const struct tuning *tuning, double level, bool better)
{
	bool up = (tuning->terms.loop == TUNING_CLOSED) == better;
	double next = round_level(tuning, up ? level * 2 : level / 2);

	return next == level ? 0 : next;
}

/*
 * The level that is to be measured once, next: halfway between the ends, or
 * beyond the only one. 0: none.
 */
static double inside(const struct tuning *tuning, const struct bracket *bracket)
{
	if (!(bracket->bad > 0))
		return beyond(tuning, bracket->good, false);
	if (!(bracket->good > 0))
		return beyond(tuning, bracket->bad, true);
	return between(tuning, bracket->bad, bracket->good);
}

/* Asks for the next step of the bisection, or for a block of its ends. */
static void halve(struct tuning *tuning)
{
	struct bracket bracket = tuning_bracket(tuning);
	double next = inside(tuning, &bracket);

	tuning->phase = TUNING_HALVES;
	tuning->repeats = 0;
	if (next > 0) {
		ask(tuning, next, 1);
		tuning->asks[0].brief = tuning->terms.loop == TUNING_OPEN &&
			(!(bracket.good > 0) || bracket.bad == 0 ||
				bracket.bad > FAR * bracket.good);
		return;
	}
	ask_end(tuning, bracket.bad, false);
	ask_end(tuning, bracket.good, true);
	if (!tuning->ask_count) {
		tuning->phase = TUNING_ENDED;
	} else {
		tuning->repeats += SPARE_BLOCKS;
		tuning->compared = true;
		if (tuning->best > 0)
			ask(tuning, tuning->best, 0);
	}
}

/* The vertex of the parabola through three points, as far as it promises. */
static double vertex(const struct tuning *tuning, double low, double high)
{
	double x[] = {log(low), log(tuning->best), log(high)};
	double top = log(tuning_result(tuning, tuning->best));
	double left = (top - log(tuning_result(tuning, low))) / (x[1] - x[0]);
	double right = (log(tuning_result(tuning, high)) - top) / (x[2] - x[1]);
	double bend = (left - right) / (x[2] - x[0]);
	/* The slope at the best level, and what the vertex gains over it. */
	double slope =
		(left * (x[2] - x[1]) + right * (x[1] - x[0])) / (x[2] - x[0]);
	double gain = slope * slope / (4 * bend);

	if (!(bend > 0) || !(gain > tuning->terms.tolerance / 8))
		return 0;
	return round_level(tuning, exp(x[1] + slope / (2 * bend)));
}

/*
 * Looks for a better level between the best one and its neighbours: halfway to
 * both of them first, and then where a parabola has its vertex.
 */
static void peak(struct tuning *tuning)
{
	double low = tuning_neighbour(tuning, tuning->best, false);
	double high = tuning_neighbour(tuning, tuning->best, true), level;

	tuning->phase = TUNING_PEAKS;
	if (tuning->looks++ == 0) {
		level = low > 0 ? between(tuning, low, tuning->best) : 0;
		if (level > 0)
			ask(tuning, level, 1);
		level = high > 0 ? between(tuning, tuning->best, high) : 0;
		if (level > 0)
			ask(tuning, level, 1);
	} else if (tuning->looks <= LOOKS_MAX && low > 0 && high > 0) {
		level = vertex(tuning, low, high);
		if (level > 0 && !tuning_count(tuning, level))
			ask(tuning, level, 1);
	}
	if (!tuning->ask_count)
		halve(tuning);
}

/* Halves the level until it is too bad, and then looks for the best one. */
static void descend(struct tuning *tuning)
{
	double next = round_level(tuning, tuning->level / 2);

	tuning->phase = TUNING_DESCENDS;
	if (next == tuning->level || !tuning_is_good(tuning, tuning->level)) {
		peak(tuning);
		return;
	}
	tuning->level = next;
	ask(tuning, next, 1);
}

/* Doubles the level until the throughput gains nothing any more. */
static void climb(struct tuning *tuning)
{
	double next = round_level(tuning, tuning->level * 2);
	double result = tuning_result(tuning, tuning->level);

	if (result > tuning->reached * (1 + tuning->terms.tolerance)) {
		tuning->reached = result;
		tuning->idle = 0;
	} else {
		tuning->idle++;
	}
	if (tuning->idle == IDLE_MAX || next == tuning->level) {
		tuning->level = tuning->terms.start;
		if (tuning->reached > 0)
			descend(tuning);
		else
			tuning->phase = TUNING_ENDED;
		return;
	}
	tuning->level = next;
	ask(tuning, next, 1);
}

void tuning_init(struct tuning *tuning, const struct tuning_terms *terms)
{
	*tuning = (struct tuning){.terms = *terms};
	tuning->level = tuning->terms.start =
		round_level(tuning, tuning->terms.start);
	ask(tuning, tuning->level, 1);
	if (terms->loop == TUNING_OPEN) {
		tuning->phase = TUNING_HALVES;
		tuning->asks[0].brief = true;
	}
}

size_t tuning_next(
	struct tuning *tuning, struct tuning_ask asks[TUNING_ASKS_MAX])
{
	size_t left = tuning->terms.trials_max - tuning->trial_count;

	if (tuning->phase == TUNING_ENDED)
		return 0;
	if (tuning->ask_count > left) {
		tuning->short_of_trials = true;
		tuning->phase = TUNING_ENDED;
		return 0;
	}
	for (size_t i = 0; i < tuning->ask_count; i++)
		asks[i] = tuning->asks[i];
	tuning->block++;
	return tuning->ask_count;
}

/*
 * Whether the only trial of a level misses so narrowly that another one may not.
 * So a chance delay does not lead the bisection astray.
 */
static bool is_doubtful(const struct tuning *tuning, double level)
{
	double narrow = tuning->terms.loop == TUNING_CLOSED
		? NARROW
		: TUNING_MARGIN_NARROW;
	double margin = tuning_stand(tuning, level).margin;

	return tuning->phase == TUNING_HALVES &&
		tuning_count(tuning, level) == 1 && margin < 0 &&
		margin > -narrow;
}

/* Records the results. Returns whether some level needs another trial. */
static bool record(struct tuning *tuning, const double *results)
{
	bool lacking = false;

	for (size_t i = 0; i < tuning->ask_count; i++) {
		const struct tuning_ask *asked = &tuning->asks[i];

		tuning->trials[tuning->trial_count++] = (struct tuning_trial){
			.level = asked->level,
			.result = results[i],
			.block = tuning->block,
			.brief = asked->brief,
		};
		lacking |= !tuning_count(tuning, asked->level) ||
			(tuning->ask_count == 1 &&
				is_doubtful(tuning, asked->level));
	}
	return lacking;
}

/* Gives the levels up that have no result. */
static void give_up(struct tuning *tuning)
{
	for (size_t i = 0; i < tuning->ask_count; i++)
		for (size_t k = 0; k < tuning->trial_count; k++)
			if (tuning->trials[k].level == tuning->asks[i].level &&
				!tuning_count(tuning, tuning->asks[i].level))
				tuning->trials[k].result = worst(tuning);
}

/* Whether the levels of a batch have all margins that are wanted. */
static bool is_complete(const struct tuning *tuning)
{
	for (size_t i = 0; i < tuning->ask_count; i++)
		if (tuning_stand(tuning, tuning->asks[i].level).count <
			tuning->wanted[i])
			return false;
	return true;
}

void tuning_tell(struct tuning *tuning, const double *results)
{
	bool closed = tuning->terms.loop == TUNING_CLOSED;

	if (record(tuning, results) && ++tuning->again < AGAIN_MAX)
		return;
	give_up(tuning);
	tuning->again = 0;
	if (tuning->repeats > 1 && !is_complete(tuning)) {
		tuning->repeats--;
		return;
	}
	tuning->ask_count = 0;
	if (closed)
		find_best(tuning);
	switch (tuning->phase) {
	case TUNING_CLIMBS:
		climb(tuning);
		break;
	case TUNING_DESCENDS:
		descend(tuning);
		break;
	case TUNING_PEAKS:
		peak(tuning);
		break;
	case TUNING_HALVES:
		halve(tuning);
		break;
	case TUNING_ENDED:
		break;
	}
}
