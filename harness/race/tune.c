/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/tune.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/stats.h"

/* A search begins here, if that is between the least and the most. */
static const double CONCURRENCY_START = 32, RATE_START = 50;
/* A queue stands if it has grown by more, as for rate_held. */
static const double GROWTH_SHARE = 0.01, GROWTH_NS = 10e6;

/* The margin of a rate that was not held for another reason than latency. */
static const double CLEARLY_NOT = -2 * TUNING_MARGIN_NARROW;

static const struct quantile {
	const char *name;
	size_t latency;
} quantiles[] = {
	{"p50", offsetof(struct trial_row, latency_p50_ns)},
	{"p90", offsetof(struct trial_row, latency_p90_ns)},
	{"p99", offsetof(struct trial_row, latency_p99_ns)},
	{"max", offsetof(struct trial_row, latency_max_ns)},
};

int tune_goal_parse(
	struct tune_goal *goal, const char *text, struct fr_error *err)
{
	size_t length = strcspn(text, "<");

	*goal = (struct tune_goal){.loop = TUNING_CLOSED};
	(void)snprintf(goal->text, sizeof(goal->text), "%s", text);
	if (strcmp(text, "throughput") == 0)
		return 0;
	goal->loop = TUNING_OPEN;
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(*quantiles); i++) {
		const struct quantile *quantile = &quantiles[i];

		if (strlen(quantile->name) != length || !text[length] ||
			strncmp(quantile->name, text, length) != 0)
			continue;
		goal->latency = quantile->latency;
		memcpy(goal->quantile, quantile->name, length + 1);
		return parse_duration(text + length + 1, "--goal", 1000,
			3600000000000, &goal->below_ns, err);
	}
	return fr_error_set(err, EXIT_USAGE,
		"--goal '%.60s': must be throughput, or a latency such as "
		"p99<200ms (p50, p90, p99 or max)",
		text);
}

/* Whether another cell differs in concurrency alone and has more. */
static bool is_exceeded(const struct plan *plan, const struct cell *cell)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *other = &plan->cells[i];

		if (other->strategy == cell->strategy &&
			other->concurrency > cell->concurrency &&
			workload_same_but(
				&other->workload, &cell->workload, NULL))
			return true;
	}
	return false;
}

static void add_search(struct tune *tune, const struct cell *cell)
{
	struct tune_search *search = &tune->searches[tune->count++];
	bool closed = tune->terms.goal.loop == TUNING_CLOSED;
	struct tuning_terms terms = {
		.loop = tune->terms.goal.loop,
		.start = closed ? CONCURRENCY_START : RATE_START,
		.least = tune->terms.least,
		.most = closed ? cell->concurrency : tune->terms.most,
		.tolerance = tune->terms.tolerance,
		.trials_max = tune->terms.trials,
	};

	if (terms.least > terms.most)
		terms.least = terms.most;
	search->cell = cell;
	search->needless = closed && terms.least >= terms.most;
	tuning_init(&search->tuning, &terms);
}

int tune_init(struct tune *tune, const struct tune_terms *terms,
	const struct plan *plan, struct fr_error *err)
{
	*tune = (struct tune){
		.terms = *terms,
		.searches = calloc(plan->count, sizeof(*tune->searches)),
	};
	if (!tune->searches)
		return fr_error_memory(err);
	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *cell = &plan->cells[i];

		if (cell->strategy->flags & FR_NO_NETWORK ||
			(terms->goal.loop == TUNING_CLOSED &&
				is_exceeded(plan, cell)))
			continue;
		add_search(tune, cell);
	}
	return 0;
}

void tune_release(struct tune *tune)
{
	free(tune->searches);
	*tune = (struct tune){0};
}

void tune_limits(const struct tune *tune, size_t *trials, uint64_t *requests)
{
	*trials = 0;
	*requests = 0;
	for (size_t i = 0; i < tune->count; i++) {
		const struct tune_search *search = &tune->searches[i];

		if (search->needless)
			continue;
		*trials += tune->terms.trials;
		*requests +=
			tune->terms.trials * search->cell->workload.requests;
	}
}

/* The requests of an open loop's trial: as many as its time takes. */
static uint64_t requests_at(
	const struct tune_search *search, const struct tuning_ask *ask)
{
	uint64_t most = search->cell->workload.requests;
	double wanted =
		ask->level * (ask->brief ? TUNE_SECONDS_BRIEF : TUNE_SECONDS);

	if (wanted < (double)TUNE_REQUESTS_MIN)
		wanted = TUNE_REQUESTS_MIN;
	return wanted < (double)most ? (uint64_t)wanted : most;
}

/* The search's cell at the level. */
static void make_cell(struct cell *cell, const struct tune *tune,
	const struct tune_search *search, const struct tuning_ask *ask)
{
	*cell = *search->cell;
	cell->clamped = false;
	if (tune->terms.goal.loop == TUNING_CLOSED) {
		cell->concurrency = (unsigned)ask->level;
		return;
	}
	cell->workload.requests = requests_at(search, ask);
	memset(cell->workload.arrivals, 0, sizeof(cell->workload.arrivals));
	(void)snprintf(cell->workload.arrivals, sizeof(cell->workload.arrivals),
		"%s:%.6g/s", tune->terms.poisson ? "poisson" : "constant",
		ask->level);
}

static double latency_of(const struct tune *tune, const struct trial_row *row)
{
	uint64_t latency_ns;

	if (tune->terms.goal.loop == TUNING_CLOSED)
		return NAN;
	memcpy(&latency_ns, (const char *)row + tune->terms.goal.latency,
		sizeof(latency_ns));
	return latency_ns == FR_UNKNOWN ? NAN : (double)latency_ns;
}

/* Why the trial did not hold its rate; in a closed loop, why it is no good. */
static enum tune_failure failure_of(const struct tune *tune,
	const struct trial_row *row, const struct tuning_ask *ask)
{
	double allowed_ns = GROWTH_SHARE * 1e9 *
		(double)(row->workload.requests - 1) / ask->level;

	if (row->verdict == VERDICT_INVALID)
		return TUNE_UNKNOWN;
	if (!trial_verdict_counts(row->verdict))
		return TUNE_BREAKS;
	if (tune->terms.goal.loop == TUNING_CLOSED)
		return TUNE_HELD;
	if (allowed_ns < GROWTH_NS)
		allowed_ns = GROWTH_NS;
	if (row->ok != row->workload.requests)
		return TUNE_FAILS;
	if (strcmp(row->rate_held, "no") == 0)
		return TUNE_WAITS;
	if (row->latency_growth_ns != FR_UNKNOWN &&
		(double)row->latency_growth_ns > allowed_ns)
		return TUNE_GROWS;
	return latency_of(tune, row) < (double)tune->terms.goal.below_ns
		? TUNE_HELD
		: TUNE_SLOW;
}

/* The result of a trial that the search gets: see tuning_tell. */
static double result_of(const struct tune *tune, const struct tune_trial *trial)
{
	bool closed = tune->terms.goal.loop == TUNING_CLOSED;

	switch (trial->failure) {
	case TUNE_UNKNOWN:
		return NAN;
	case TUNE_BREAKS:
		return closed ? 0 : CLEARLY_NOT;
	case TUNE_HELD:
	case TUNE_SLOW:
		return closed ? trial->throughput
			      : log((double)tune->terms.goal.below_ns /
					trial->latency_ns);
	case TUNE_GROWS:
	case TUNE_WAITS:
	case TUNE_FAILS:
		break;
	}
	return CLEARLY_NOT;
}

static double take(const struct tune *tune, struct tune_search *search,
	size_t number, const struct trial_row *row,
	const struct tuning_ask *ask)
{
	struct tune_trial *trial = &search->trials[number];
	bool counts = trial_verdict_counts(row->verdict) && row->elapsed_ns;

	*trial = (struct tune_trial){
		.throughput = counts
			? (double)row->ok / (double)row->elapsed_ns * 1e9
			: NAN,
		.latency_ns = counts ? latency_of(tune, row) : NAN,
		.failure = failure_of(tune, row, ask),
	};
	if (counts)
		memcpy(trial->bound_by, row->bound_by, sizeof(trial->bound_by));
	search->invalid += trial->failure == TUNE_UNKNOWN;
	search->requests += row->workload.requests;
	return result_of(tune, trial);
}

/* What the searches ask for in one block. */
struct round {
	struct plan plan; /* its cells: TUNING_ASKS_MAX of each search */
	struct tuning_ask (*asks)[TUNING_ASKS_MAX];
	size_t *counts;
	struct trial_row *rows;
};

static void round_release(struct round *round)
{
	free(round->plan.cells);
	free(round->asks);
	free(round->counts);
	free(round->rows);
}

static int round_init(struct round *round, size_t searches)
{
	size_t most = searches * TUNING_ASKS_MAX + 1;

	*round = (struct round){
		.plan.cells = calloc(most, sizeof(*round->plan.cells)),
		.asks = calloc(most, sizeof(*round->asks)),
		.counts = calloc(most, sizeof(*round->counts)),
		.rows = calloc(most, sizeof(*round->rows)),
	};
	return round->plan.cells && round->asks && round->counts && round->rows
		? 0
		: -1;
}

static void round_ask(struct round *round, struct tune *tune)
{
	round->plan.count = 0;
	for (size_t i = 0; i < tune->count; i++) {
		struct tune_search *search = &tune->searches[i];

		round->counts[i] = search->needless
			? 0
			: tuning_next(&search->tuning, round->asks[i]);
		for (size_t k = 0; k < round->counts[i]; k++)
			make_cell(&round->plan.cells[round->plan.count++], tune,
				search, &round->asks[i][k]);
	}
}

static void round_tell(const struct round *round, struct tune *tune)
{
	const struct trial_row *row = round->rows;

	for (size_t i = 0; i < tune->count; i++) {
		struct tune_search *search = &tune->searches[i];
		size_t before = search->tuning.trial_count;
		double results[TUNING_ASKS_MAX];

		for (size_t k = 0; k < round->counts[i]; k++)
			results[k] = take(tune, search, before + k, row++,
				&round->asks[i][k]);
		if (round->counts[i])
			tuning_tell(&search->tuning, results);
	}
}

enum race_outcome tune_run(
	struct tune *tune, struct race *race, struct fr_error *err)
{
	enum race_outcome outcome = RACE_FINISHED;
	struct round round;
	int64_t block = 0;

	if (round_init(&round, tune->count) < 0) {
		(void)fr_error_memory(err);
		outcome = RACE_FAILED;
	}
	while (outcome == RACE_FINISHED) {
		round_ask(&round, tune);
		if (!round.plan.count)
			break;
		outcome =
			race_block(race, &round.plan, ++block, round.rows, err);
		if (outcome == RACE_FINISHED)
			round_tell(&round, tune);
	}
	round_release(&round);
	return outcome;
}

/* How many trials of the level were bound by that. */
static size_t count_bound(
	const struct tune_search *search, double level, const char *bound_by)
{
	size_t count = 0;

	for (size_t i = 0; i < search->tuning.trial_count; i++)
		count += search->tuning.trials[i].level == level &&
			strcmp(search->trials[i].bound_by, bound_by) == 0;
	return count;
}

/* What the trials of a level have shown. */
static struct tune_level level_of(
	const struct tune_search *search, double level)
{
	struct tune_level found = {.level = level};
	double throughputs[TUNING_TRIALS_MAX], latencies[TUNING_TRIALS_MAX];
	size_t count = 0, failures[TUNE_FAILURES] = {0}, most = 0;

	for (size_t i = 0; i < search->tuning.trial_count; i++) {
		const struct tune_trial *trial = &search->trials[i];
		size_t same = count_bound(search, level, trial->bound_by);

		if (search->tuning.trials[i].level != level)
			continue;
		throughputs[count] = trial->throughput;
		latencies[count++] = trial->latency_ns;
		if (++failures[trial->failure] > failures[found.failure])
			found.failure = trial->failure;
		if (same > most)
			memcpy(found.bound_by, trial->bound_by,
				sizeof(found.bound_by));
		most = same > most ? same : most;
	}
	found.throughput = stats_median(throughputs, count).value;
	found.latency_ns = stats_median(latencies, count).value;
	return found;
}

/*
 * What bounds an open loop: the arrivals do, until the rate is too high. So the
 * least rate that was not held, and is bound by something else, tells.
 */
static struct tune_level find_limit(
	const struct tune_search *search, double least)
{
	struct tune_level limit = {0};

	for (size_t i = 0; i < search->tuning.trial_count && least > 0; i++) {
		double level = search->tuning.trials[i].level;
		struct tune_level found = level_of(search, level);

		if (level >= least && found.bound_by[0] &&
			strcmp(found.bound_by, "arrivals") != 0 &&
			(!(limit.level > 0) || level < limit.level))
			limit = found;
	}
	return limit;
}

struct tune_finding tune_find(const struct tune *tune, size_t search)
{
	const struct tune_search *of = &tune->searches[search];
	struct tuning_answer answer = tuning_answer(&of->tuning);
	bool closed = tune->terms.goal.loop == TUNING_CLOSED;

	return (struct tune_finding){
		.cell = of->cell,
		.needless = of->needless,
		.ended = of->needless ||
			(of->tuning.phase == TUNING_ENDED &&
				!of->tuning.short_of_trials),
		.answer = answer,
		.at = level_of(of, answer.level),
		.other = level_of(of, closed ? answer.best : answer.above),
		.limit = find_limit(of, closed ? 0 : answer.above),
		.trials = of->tuning.trial_count,
		.invalid = of->invalid,
		.requests = of->requests,
	};
}
