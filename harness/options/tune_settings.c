/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/tune_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OPTIONS_OF struct tune_settings

/* Requests of a trial; places of an open loop; bounds of the rates per s. */
enum { REQUESTS = 500, REQUESTS_OPEN = 10000, PLACES = 256 };
enum { RATE_LEAST = 1, RATE_MOST = 100000 };
/* At the highest concurrency, each place has so many requests. */
enum { ROUNDS_MIN = 4 };

const char *const tune_format_names[] = {"table", "json", NULL};

static const struct option_spec own_options[] = {
	{"what to find",
		OPT_TEXT(goal, "goal", 'g', "GOAL",
			"throughput: the smallest concurrency whose throughput "
			"is within --tolerance of the best. p99<200ms (or p50, "
			"p90, max): the highest rate at which requests may "
			"start and this holds; latency counts from the "
			"scheduled start (default throughput).")},
	{"what to find",
		OPT_NUMBER(tolerance, "tolerance", 0, "PERCENT", 1, 50,
			"How far below the best throughput is good enough "
			"(default 2).")},
	{"what to find",
		OPT_LIST(run.sweep.concurrency, "concurrency", 'c', "N,..",
			"The highest concurrency to try, or the lowest and the "
			"highest (default 1 and a quarter of the requests). "
			"With a latency goal: the most requests in flight; "
			"each one given is tuned (default 256).")},
	{"what to find",
		OPT_LIST(rates, "rates", 0, "LOW,HIGH",
			"The lowest and the highest rate to try with a latency "
			"goal, in requests/s (default 1,100000).")},
	{"what to find",
		OPT_FLAG(poisson, "poisson", 0,
			"With a latency goal: requests start at random "
			"(Poisson) instead of evenly.")},
	{"how often",
		OPT_LIST(run.sweep.requests, "requests", 'n', "N,..",
			"Items of each trial (default 500). With a latency "
			"goal: the most items; a trial offers its rate for 2 "
			"seconds, or 1 far from the answer, but at least "
			"for 100 items (default 10000).")},
	{"how often",
		OPT_NUMBER(trials, "trials", 0, "N", TUNING_TRIALS_MIN,
			TUNING_TRIALS_MAX,
			"The most trials of each strategy (default 60).")},
	{"output",
		OPT_FLAG(run.dry_run, "dry-run", 0,
			"Print what is tuned, and the most trials and requests "
			"that takes; run nothing.")},
	{"output",
		OPT_TEXT(run.format, "format", 'f', "FORMAT",
			"Print the answers as table (a sentence each) or json "
			"(default table)."),
		.words = tune_format_names},
	{0},
};

struct option_spec *tune_options_join(void)
{
	static const char *const without[] = {"concurrency", "requests",
		"arrivals", "blocks", "precision", "blocks-min", "blocks-max",
		"warmup", "dry-run", "format", "clock", "shard", "hosts",
		"hosts-min", NULL};

	return options_join(own_options, run_options, without);
}

struct command_spec tune_command(const struct option_spec *options)
{
	return (struct command_spec){
		.name = "tune",
		.usage = "[SUITE] [options]",
		.summary =
			"Finds, for each strategy, the smallest concurrency "
			"that is as good as more, or\n"
			"the highest rate that it holds with a latency. It "
			"doubles until nothing is\n"
			"gained, halves the bracket, and runs its ends in "
			"blocks until their intervals\n"
			"decide. SUITE is as for 'flagrace run'. Exit status: "
			"0 found, 3 out of trials\n"
			"before that, 4 not measurable.",
		.examples =
			"  flagrace tune --strategy pthread-map,epoll "
			"--capacity 50\n"
			"  flagrace tune --strategy epoll --latency "
			"20ms --concurrency 400 --requests 2000\n"
			"  flagrace tune --strategy epoll --capacity 50 --goal "
			"'p99<200ms'\n"
			"  flagrace tune --url http://127.0.0.1:8080 --strategy "
			"multi-poll --dry-run\n"
			"  flagrace tune --exec 'curl=curl -qsZ --parallel-max "
			"{concurrency} --config {urls_curl}' --strategy curl\n"
			"  flagrace tune --resume "
			"results/20260131T120000Z-custom\n",
		.options = options,
		.operands_max = 1,
	};
}

void tune_settings_init(struct tune_settings *settings)
{
	settings->goal = "throughput";
	settings->tolerance = 2;
	settings->trials = 60;
}

/* The least and the greatest number of a list. Returns 0, or -1 with *err. */
static int read_bounds(const struct texts *list, uint64_t most, uint64_t *low,
	uint64_t *high, struct fr_error *err)
{
	*low = UINT64_MAX;
	*high = 0;
	for (size_t i = 0; i < list->count; i++) {
		uint64_t value;

		if (parse_number(list->at[i].text, list->at[i].where, 1, most,
			    &value, err) < 0)
			return -1;
		*low = value < *low ? value : *low;
		*high = value > *high ? value : *high;
	}
	return 0;
}

/* Replaces a list by one text or two. Returns 0, or -1 with *err. */
static int replace(struct texts *list, const char *where, uint64_t a,
	uint64_t b, struct fr_error *err)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%" PRIu64 ",%" PRIu64, a, b);
	texts_release(list);
	return texts_add_list(list, text, where) ? fr_error_memory(err) : 0;
}

/* The concurrencies to search between. */
static int settle_closed(struct tune_terms *terms,
	struct run_settings *settings, bool named, struct fr_error *err)
{
	struct texts *list = &settings->sweep.concurrency;
	uint64_t low, high;

	if (!named) {
		if (read_bounds(&settings->sweep.requests,
			    WORKLOAD_REQUESTS_MAX, &low, &high, err) < 0)
			return -1;
		high = high > ROUNDS_MIN ? high / ROUNDS_MIN : 1;
		if (high > CELL_CONCURRENCY_MAX)
			high = CELL_CONCURRENCY_MAX;
		if (replace(list, "--concurrency", 1, high, err) < 0)
			return -1;
	}
	if (read_bounds(list, CELL_CONCURRENCY_MAX, &low, &high, err) < 0)
		return -1;
	terms->least = list->count > 1 ? (double)low : 1;
	terms->most = (double)high;
	return replace(
		list, "--concurrency", (uint64_t)terms->least, high, err);
}

/* The rates to search between. */
static int settle_open(struct tune_terms *terms,
	const struct tune_settings *settings, struct fr_error *err)
{
	uint64_t low = RATE_LEAST, high = RATE_MOST;

	if (settings->rates.count &&
		read_bounds(&settings->rates, 1000000, &low, &high, err) < 0)
		return -1;
	if (settings->rates.count == 1)
		low = RATE_LEAST;
	terms->least = (double)low;
	terms->most = (double)high;
	return 0;
}

int tune_settings_settle(struct tune_terms *terms,
	struct tune_settings *settings, const struct run_settings *given,
	bool resumed, struct fr_error *err)
{
	struct run_settings *run = &settings->run;
	struct sweep *sweep = &run->sweep;
	bool requests = resumed || run_settings_name(run, given, "requests");
	bool levels = resumed || run_settings_name(run, given, "concurrency");
	const char *arrivals;
	bool closed;

	*terms = (struct tune_terms){
		.tolerance = (double)settings->tolerance / 100,
		.poisson = settings->poisson,
		.trials = settings->trials,
	};
	if (tune_goal_parse(&terms->goal, settings->goal, err) < 0)
		return -1;
	closed = terms->goal.loop == TUNING_CLOSED;
	if (closed && (settings->rates.count || settings->poisson))
		return fr_error_set(err, EXIT_USAGE,
			"--rates and --poisson need a latency goal, such as "
			"--goal 'p99<200ms'");
	/* A plan of the open loop has any rate, so that programs are refused. */
	arrivals = closed ? "closed" : "constant:1/s";
	texts_release(&sweep->arrivals);
	if (texts_add(&sweep->arrivals, arrivals, strlen(arrivals), "--goal"))
		return fr_error_memory(err);
	if (!requests &&
		replace(&sweep->requests, "--requests",
			closed ? REQUESTS : REQUESTS_OPEN,
			closed ? REQUESTS : REQUESTS_OPEN, err) < 0)
		return -1;
	if (closed)
		return settle_closed(terms, run, levels, err);
	if (!levels &&
		replace(&sweep->concurrency, "--concurrency", PLACES, PLACES,
			err) < 0)
		return -1;
	return settle_open(terms, settings, err);
}
