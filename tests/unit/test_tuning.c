/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search for a level, on simulated servers whose answer is known. Each is
 * searched with many seeds: at least 96 % of the answers have to be right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "harness/race/tuning.h"

enum { SEEDS = 100, RIGHT_MIN = 96, MOST = 256, BRIEF = 36 };
#define CLOSE 0.03

/* Requests/s at a concurrency, or the margin at a rate. */
typedef double server_fn(double level);

/* 500 requests of 100 ms each, of which the server takes 50 at once. */
static double limited(double level)
{
	return 500 / (ceil(500 / fmin(level, 50)) * 0.1 + 0.003);
}

/* Universal Scalability Law: throughput is best at 49.5. */
static double scalable(double level)
{
	return 20 * level /
		(1 + 0.02 * (level - 1) + 0.0004 * level * (level - 1));
}

/* Up to 20 each request adds 10/s, up to 100 it adds 2/s. */
static double two_knees(double level)
{
	if (level <= 20)
		return 10 * level;
	return level <= 100 ? 200 + 2 * (level - 20) : 360;
}

/* As above, but beyond 100 each request costs 1/s. */
static double two_knees_and_falls(double level)
{
	return level <= 100 ? two_knees(level) : fmax(360 - (level - 100), 1);
}

static double constant(double level)
{
	return level > 0 ? 100 : 0;
}

static double proportional(double level)
{
	return level;
}

/* Every request takes 100 ms; beyond 500/s, a queue grows for 2 s. */
static double overloaded(double rate)
{
	return log(0.2 / (0.1 + (rate > 500 ? 2 * (rate - 500) / 500 : 0)));
}

/* A queue that is longer the closer the rate comes to 520/s. */
static double queueing(double rate)
{
	return rate < 520 ? log(0.2 / (0.1 + 0.002 * rate / (520 - rate)))
			  : -2 * TUNING_MARGIN_NARROW;
}

/* A server, and how the results of trials vary. */
struct scene {
	server_fn *server;
	enum tuning_loop loop;
	double noise; /* standard deviation, as a share */
	double lost;  /* probability of a trial without a result */
	double busy;  /* probability of a disturbed trial; 0: one in twenty */
	size_t trials_max;
};

/* The result of a trial; some are disturbed. */
static double draw(gsl_rng *rng, const struct scene *scene, double level)
{
	double slower = gsl_ran_gaussian(rng, scene->noise);
	double result = scene->server(level);

	if (gsl_rng_uniform(rng) < (scene->busy > 0 ? scene->busy : 0.05))
		slower += gsl_ran_exponential(rng, 10 * scene->noise);
	if (gsl_rng_uniform(rng) < scene->lost)
		return NAN;
	return scene->loop == TUNING_CLOSED ? result * exp(-slower)
					    : result - slower;
}

/* Searches, and checks that no limit is exceeded. */
static struct tuning_answer search(
	struct tuning *tuning, const struct scene *scene, unsigned long seed)
{
	bool closed = scene->loop == TUNING_CLOSED;
	const struct tuning_terms terms = {
		.loop = scene->loop,
		.start = closed ? 32 : 50,
		.least = 1,
		.most = closed ? MOST : 100000,
		.tolerance = 0.02,
		.trials_max = scene->trials_max ? scene->trials_max : 60,
	};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct tuning_ask asks[TUNING_ASKS_MAX];
	size_t count, trials = 0;

	gsl_rng_set(rng, seed);
	tuning_init(tuning, &terms);
	while ((count = tuning_next(tuning, asks)) > 0) {
		double results[TUNING_ASKS_MAX];

		assert_true(count <= TUNING_ASKS_MAX);
		for (size_t i = 0; i < count; i++) {
			assert_true(asks[i].level >= terms.least);
			assert_true(asks[i].level <= terms.most);
			results[i] = draw(rng, scene, asks[i].level);
		}
		tuning_tell(tuning, results);
		trials += count;
	}
	gsl_rng_free(rng);
	assert_true(trials <= terms.trials_max);
	assert_int_equal(trials, tuning->trial_count);
	return tuning_answer(tuning);
}

/* The least concurrency within 2 % of the best, or the highest rate held. */
static double truth_of(const struct scene *scene)
{
	double best = 0, level = 1;

	if (scene->loop == TUNING_OPEN) {
		while (scene->server(level) >= 0)
			level += 0.1;
		return level;
	}
	for (double i = 1; i <= MOST; i++)
		best = fmax(best, scene->server(i));
	while (scene->server(level) < 0.98 * best)
		level++;
	return level;
}

/* The share of seeds, in percent, with ... */
struct shares {
	unsigned level;      /* a level that is close to the true one */
	unsigned throughput; /* a throughput that is close to the wanted one */
	unsigned covered;    /* an interval with the true level */
	unsigned ended;      /* an end by the intervals */
	unsigned brief;      /* at most BRIEF trials */
	double trials;       /* the mean number, no share */
};

static struct shares try_seeds(const struct scene *scene)
{
	double truth = truth_of(scene), wanted = scene->server(truth);
	struct shares shares = {0};

	for (unsigned long seed = 1; seed <= SEEDS; seed++) {
		struct tuning tuning;
		struct tuning_answer found = search(&tuning, scene, seed);
		double own = scene->server(found.level);

		shares.level += fabs(found.level / truth - 1) <= CLOSE;
		shares.throughput += fabs(own / wanted - 1) <= CLOSE;
		shares.covered += found.low <= truth &&
			(found.high == 0 || truth <= found.high);
		shares.ended += !tuning.short_of_trials;
		shares.brief += tuning.trial_count <= BRIEF;
		shares.trials += (double)tuning.trial_count / SEEDS;
	}
	return shares;
}

/* A server that is searched: what has to be right, of all seeds. */
static const struct goal {
	const char *name;
	struct scene scene;
	bool level, throughput, covered, brief;
} goals[] = {
	{"limited", {limited, .noise = 0.002}, .level = true, .covered = true,
		.brief = true},
	{"scalable", {scalable, .noise = 0.002}, .level = true},
	{"two knees", {two_knees, .noise = 0.002}, .level = true},
	{"falls", {two_knees_and_falls, .noise = 0.002}, .level = true},
	{"constant", {constant, .noise = 0.002}, .level = true},
	{"proportional", {proportional, .noise = 0.002}, .level = true},
	/*
	 * With much noise a flat curve does not tell its levels apart. What is
	 * found is as fast as it should be.
	 */
	{"limited, noisy", {limited, .noise = 0.01}, .throughput = true},
	{"scalable, noisy", {scalable, .noise = 0.01}, .throughput = true},
	{"two knees, noisy", {two_knees, .noise = 0.01}, .throughput = true},
	{"falls, noisy", {two_knees_and_falls, .noise = 0.01},
		.throughput = true},
	{"constant, noisy", {constant, .noise = 0.01}, .throughput = true},
	{"overloaded", {overloaded, TUNING_OPEN, .noise = 0.02}, .level = true,
		.covered = true, .brief = true},
	{"queueing", {queueing, TUNING_OPEN, .noise = 0.02}, .level = true,
		.covered = true},
	{"limited, lost", {limited, .noise = 0.002, .lost = 0.1},
		.level = true},
	{"limited, busy", {limited, .noise = 0.004, .busy = 0.2}, .level = true,
		.covered = true},
	{"overloaded, busy", {overloaded, TUNING_OPEN, 0.05, .busy = 0.2},
		.level = true},
	{"overloaded, lost", {overloaded, TUNING_OPEN, 0.02, .lost = 0.1},
		.level = true},
};

static void the_level_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(goals) / sizeof(*goals); i++) {
		const struct goal *goal = &goals[i];
		struct shares shares = try_seeds(&goal->scene);

		print_message("%s: level %u, throughput %u, covered %u, ended "
			      "%u, in %d trials %u of %d; %.1f trials\n",
			goal->name, shares.level, shares.throughput,
			shares.covered, shares.ended, BRIEF, shares.brief,
			SEEDS, shares.trials);
		assert_true(!goal->level || shares.level >= RIGHT_MIN);
		assert_true(
			!goal->throughput || shares.throughput >= RIGHT_MIN);
		assert_true(!goal->covered || shares.covered >= RIGHT_MIN);
		assert_true(!goal->brief || shares.brief >= RIGHT_MIN);
	}
}

/* Nothing but trials without a result: it ends, with no figure. */
static void trials_without_a_result_end(void **state)
{
	const struct scene never = {.server = limited, .lost = 1};
	struct tuning tuning;

	(void)state;
	assert_true(search(&tuning, &never, 1).level == 0);
	assert_int_equal(tuning_result(&tuning, 32), 0);
	assert_int_equal(tuning.trial_count, 6);
}

static void few_trials_give_an_answer_so_far(void **state)
{
	const struct scene scene = {
		.server = limited, .noise = 0.006, .trials_max = 20};
	struct tuning tuning;
	struct tuning_answer found = search(&tuning, &scene, 1);

	(void)state;
	assert_true(tuning.short_of_trials);
	assert_true(fabs(found.level - 50) <= 2);
	assert_true(found.low == 0 || found.high == 0);
}

static void the_bounds_are_told(void **state)
{
	const struct scene flat = {.server = constant, .noise = 0.002};
	const struct scene steep = {.server = proportional, .noise = 0.002};
	struct tuning tuning;
	struct tuning_answer found = search(&tuning, &flat, 1);

	(void)state;
	assert_true(found.at_least && !found.at_most);
	assert_true(found.level == 1 && found.low == 1 && found.high == 1);
	found = search(&tuning, &steep, 1);
	assert_true(found.at_most && !found.at_least);
	assert_true(found.best == MOST);
}

static void no_rate_may_be_held(void **state)
{
	const struct scene scene = {.server = queueing, .loop = TUNING_OPEN};
	const struct tuning_terms terms = {.loop = TUNING_OPEN,
		.start = 50,
		.least = 600,
		.most = 1000,
		.trials_max = 60};
	struct tuning_ask asks[TUNING_ASKS_MAX];
	struct tuning tuning;

	(void)state;
	tuning_init(&tuning, &terms);
	while (tuning_next(&tuning, asks)) {
		double result = scene.server(asks[0].level);

		assert_true(asks[0].level == 600);
		tuning_tell(&tuning, &result);
	}
	assert_true(tuning_answer(&tuning).level == 0);
	assert_true(tuning_answer(&tuning).above == 600);
}

/* A resumed run depends on it. */
static void the_same_results_lead_to_the_same_questions(void **state)
{
	const struct scene scene = {.server = scalable, .noise = 0.01};
	struct tuning one, other;

	(void)state;
	(void)search(&one, &scene, 7);
	(void)search(&other, &scene, 7);
	assert_int_equal(one.trial_count, other.trial_count);
	for (size_t i = 0; i < one.trial_count; i++) {
		assert_true(one.trials[i].level == other.trials[i].level);
		assert_int_equal(one.trials[i].block, other.trials[i].block);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_level_is_found),
		cmocka_unit_test(trials_without_a_result_end),
		cmocka_unit_test(few_trials_give_an_answer_so_far),
		cmocka_unit_test(the_bounds_are_told),
		cmocka_unit_test(no_rate_may_be_held),
		cmocka_unit_test(the_same_results_lead_to_the_same_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
