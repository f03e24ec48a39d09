/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace run`: from options to a run folder, a table and plots. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "harness/cli/commands.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/options.h"
#include "harness/cli/race.h"
#include "harness/judge/summary.h"
#include "harness/trial/clock.h"
#include "harness/trial/exec.h"
#include "harness/view/plots.h"
#include "harness/view/table.h"

/* The headline: everything at 20, and the lesson's as_completed at its 3. */
#define HEADLINE_STRATEGIES "all,pthread-as-completed@3"

struct settings {
	struct sweep sweep;
	struct texts exec;
	const char *url, *out, *format, *clock;
	uint64_t blocks, warmup, seed;
	bool quiet;
};

static const struct settings defaults = {
	.format = "table",
	.clock = "total",
	.blocks = 20,
	.warmup = 1,
	.seed = 1,
};

#define AT(member) offsetof(struct settings, member)

/* An option that is swept is called as its list in struct sweep. */
#define SWEPT(type, setting, letter, argument, help)                       \
	{                                                                  \
		type, #setting, letter, argument, AT(sweep.setting), 0, 0, \
			help                                               \
	}

static const struct option_spec options[] = {
	SWEPT(OPTION_LIST, strategy, 's', "S,..",
		"Strategies to race: names of 'flagrace list', paths of .so "
		"files, all; each may have its own concurrency, as in "
		"openmp@8 (default " HEADLINE_STRATEGIES ")."),
	SWEPT(OPTION_LIST, concurrency, 'c', "N,..",
		"Most requests in flight, for strategies without their own "
		"(default 20)."),
	SWEPT(OPTION_SPECS, latency, 'l', "SPEC,..",
		"Delay of each answer, such as 50ms or uniform:20ms,200ms "
		"(default 50ms)."),
	SWEPT(OPTION_LIST, requests, 'n', "N,..",
		"Items of a trial: the twenty flags over and over "
		"(default 20)."),
	SWEPT(OPTION_LIST, payload, 0, "BYTES,..",
		"Make every body exactly so long, from 100 (default 0: each "
		"flag's own size)."),
	SWEPT(OPTION_LIST, connections, 0, "HOW,..",
		"reuse: a worker keeps its connection; fresh: a new one for "
		"each item (default reuse)."),
	SWEPT(OPTION_TEXTS, fault, 0, "FAULTS",
		"What the server does wrong, as 'flagrace serve --fault' has "
		"it: 503:5%,stall:1%; again for another value (default "
		"none)."),
	SWEPT(OPTION_LIST, capacity, 0, "N,..",
		"Requests the server serves at once, the rest queue "
		"(default 0: all)."),
	SWEPT(OPTION_LIST, bandwidth, 0, "SPEED,..",
		"Speed at which the server sends each body, such as 64kB/s "
		"(default none: at once)."),
	SWEPT(OPTION_LIST, arrivals, 0, "HOW,..",
		"When items are to be begun: closed (whenever a worker is "
		"free), constant:500/s or poisson:500/s, whether or not one "
		"is; their latency counts from then (default closed)."),
	SWEPT(OPTION_LIST, timeout, 't', "TIME,..",
		"Give a request up after this long; a trial gets that for "
		"every round of requests, and 2s (default 10s)."),
	{OPTION_NUMBER, "blocks", 'b', "N", AT(blocks), 1, 100000,
		"Times that every cell is run, each time in another order "
		"(default 20)."},
	{OPTION_NUMBER, "warmup", 'w', "N", AT(warmup), 0, 1000,
		"Blocks to run first and leave out of the summary "
		"(default 1)."},
	{OPTION_NUMBER, "seed", 0, "N", AT(seed), 0, INT64_MAX,
		"Seed of the delays and of the order (default 1)."},
	{OPTION_TEXTS, "exec", 'x', "NAME=CMD", AT(exec), 0, 0,
		"Race a program as well, as in 'curl=curl -sZ --parallel-max "
		"{concurrency} --config {urls_curl}'; @FILE: one a line. In "
		"its words also {url} {urls} {requests} {out} {here}."},
	{OPTION_TEXT, "url", 'u', "URL", AT(url), 0, 0,
		"Use the 'flagrace serve' at URL, such as "
		"http://127.0.0.1:8001, instead of starting one."},
	{OPTION_TEXT, "out", 'o', "DIR", AT(out), 0, 0,
		"The run's folder, new or empty (default "
		"results/TIME-SUITE)."},
	{OPTION_TEXT, "format", 'f', "FORMAT", AT(format), 0, 0,
		"Print the summary as table, csv, json or markdown "
		"(default table)."},
	{OPTION_TEXT, "clock", 0, "CLOCK", AT(clock), 0, 0,
		"Rank by total (set-up, downloads and clean-up) or by elapsed "
		"(the downloads alone) (default total)."},
	{OPTION_FLAG, "quiet", 'q', NULL, AT(quiet), 0, 0, "Show no progress."},
	{0},
};

static const struct command_spec command = {
	.name = "run",
	.usage = "[options]",
	.summary = "Races strategies against a mock server in interleaved "
		   "blocks, and writes CSV, a\nranked table and plots. Without "
		   "options: twenty flags, 50 ms each, every strategy.",
	.examples =
		"  flagrace run\n"
		"  flagrace run --strategy sequential,pthread-map,openmp@8\n"
		"  flagrace run --latency uniform:20ms,200ms --seed 7 "
		"--blocks 10\n"
		"  flagrace run --strategy pthread-map --concurrency "
		"1,2,4,8,16\n"
		"  flagrace run --fault none --fault 503:5%,reset:1% "
		"--capacity 0,10\n",
	.options = options,
};

/* The words that stand for a choice, as numbers. */
struct choices {
	enum table_format format;
	enum summary_clock clock;
};

static int make_choices(struct choices *choices,
	const struct settings *settings, struct fr_error *err)
{
	static const char *const formats[] = {
		"table", "csv", "json", "markdown", NULL};
	static const char *const clocks[] = {"total", "elapsed", NULL};
	int format = command_choose("format", settings->format, formats, err);
	int clock = format < 0
		? -1
		: command_choose("clock", settings->clock, clocks, err);

	if (clock < 0)
		return -1;
	choices->format = (enum table_format)format;
	choices->clock = (enum summary_clock)clock;
	return 0;
}

/* The settings as run.json keeps them. */
static json_t *describe(
	const struct settings *settings, const struct command_line *line)
{
	json_t *words = json_array(), *facts;

	json_array_append_new(words, json_string("flagrace"));
	for (int i = 0; i < line->argc; i++)
		json_array_append_new(words, json_string(line->argv[i]));
	facts = options_describe(options, settings);
	if (json_object_set_new(facts, "command_line", words) < 0) {
		json_decref(facts);
		facts = NULL;
	}
	return facts;
}

/* Whether a cell before it says the same of the same strategy. */
static bool is_told(const struct plan *plan, size_t i)
{
	const struct cell *cell = &plan->cells[i];

	for (size_t j = 0; j < i; j++) {
		const struct cell *other = &plan->cells[j];

		if (other->clamped && other->strategy == cell->strategy &&
			other->concurrency == cell->concurrency)
			return true;
	}
	return false;
}

/* Says which cells run at less than was asked for. */
static void tell_clamped(const struct plan *plan)
{
	const char *separator = "note: ";

	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *cell = &plan->cells[i];

		if (!cell->clamped || is_told(plan, i))
			continue;
		fprintf(stderr, "%s%s at %u", separator, cell->strategy->name,
			cell->concurrency);
		separator = ", ";
	}
	if (separator[0] == ',')
		fprintf(stderr, ", the most it can use here\n");
}

/* The plots, or why there are none; neither fails the run. */
static void draw(const char *path, bool quiet)
{
	struct fr_error err;

	if (plots_draw(path, PLOTS_SVG | PLOTS_PNG, &err) != PLOTS_DRAWN)
		fprintf(stderr, "plots skipped: %s\n", err.text);
	else if (!quiet)
		fprintf(stderr,
			"pictures: %s/plots/elapsed.png, gantt.png (and .svg)\n",
			path);
}

/* Everything said after the race comes from the run's folder alone. */
static int report(const struct race *race, const struct settings *settings,
	const struct choices *choices, struct fr_error *err)
{
	const char *const folder = race->folder.path;
	const struct summary_terms terms = {.clock = choices->clock};
	struct summary *summary;
	int rc = summary_create(&summary, &folder, 1, &terms, err);

	if (rc < 0)
		return rc;
	rc = table_write(stdout, summary, choices->format);
	summary_free(summary);
	(void)fflush(stdout);
	if (rc < 0)
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the summary");
	if (!settings->quiet)
		fprintf(stderr, "\nfigures:  %s/trials.csv, requests.csv\n",
			race->folder.path);
	draw(race->folder.path, settings->quiet);
	return 0;
}

/* With the plan made and the server up. Returns the exit status, or -1. */
static int race_and_report(struct race *race, const struct settings *settings,
	const struct choices *choices, const struct command_line *line,
	struct fr_error *err)
{
	enum race_outcome outcome;
	struct fr_error late;
	json_t *facts;
	int rc;

	if (race_check(race, err) < 0 ||
		run_folder_create(
			&race->folder, settings->out, race->suite, err) < 0)
		return -1;
	facts = describe(settings, line);
	rc = run_folder_describe(&race->folder, facts, err);
	json_decref(facts);
	if (rc < 0) {
		run_folder_close(&race->folder);
		return -1;
	}
	if (!settings->quiet)
		tell_clamped(race->plan);
	progress_init(&race->progress, settings->quiet,
		race->plan->count * (race->blocks + race->warmup),
		race->plan->count);
	outcome = race_run(race, err);
	if (outcome == RACE_INTERRUPTED)
		fprintf(stderr, "interrupted; this is what was measured:\n");
	rc = report(race, settings, choices, &late);
	if (rc < 0 && outcome != RACE_FINISHED)
		fprintf(stderr, "%s\n", late.text);
	run_folder_close(&race->folder);
	switch (outcome) {
	case RACE_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case RACE_FAILED:
		return -1;
	case RACE_FINISHED:
		break;
	}
	if (rc < 0) {
		*err = late;
		return -1;
	}
	return race->progress.bad ? EXIT_INVALID : EXIT_OK;
}

/* Fills a list that was not given. */
static int default_to(struct texts *list, const char *values)
{
	return list->count ? 0 : texts_add_list(list, values, "default");
}

static int fill_defaults(struct sweep *sweep)
{
	return default_to(&sweep->strategy, HEADLINE_STRATEGIES) ||
		default_to(&sweep->concurrency, "20") ||
		default_to(&sweep->requests, "20") ||
		default_to(&sweep->latency, "50ms") ||
		default_to(&sweep->payload, "0") ||
		default_to(&sweep->connections, "reuse") ||
		default_to(&sweep->timeout, "10s") ||
		default_to(&sweep->fault, "none") ||
		default_to(&sweep->capacity, "0") ||
		default_to(&sweep->bandwidth, "none") ||
		default_to(&sweep->arrivals, "closed");
}

/* The name under which a run is filed: before the defaults are filled in. */
static const char *suite_of(const struct settings *settings)
{
	bool custom = settings->exec.count || settings->sweep.strategy.count;

	for (const struct dimension *d = dimensions; d->name; d++)
		custom |= sweep_values(&settings->sweep, d)->count > 0;
	return custom ? "custom" : "headline";
}

/* All cells: those of the strategies, then those of the programs. */
static int make_plan(struct plan *plan, struct exec_list *programs,
	struct settings *settings, struct fr_error *err)
{
	int rc = fill_defaults(&settings->sweep)
		? fr_error_set(err, EXIT_INVALID, "out of memory")
		: 0;

	for (size_t i = 0; i < settings->exec.count && rc == 0; i++)
		rc = exec_list_add(programs, settings->exec.at[i].text, err);
	return rc ? rc : plan_init(plan, &settings->sweep, programs, err);
}

/* Options are parsed: everything that can be wrong with them, then the run. */
static int run(void *arg, const struct command_line *line, struct fr_error *err)
{
	struct settings *settings = arg;
	const char *suite = suite_of(settings);
	struct choices choices;
	struct server server;
	struct plan plan = {0};
	struct exec_list programs = {0};
	int rc = make_choices(&choices, settings, err);

	if (rc < 0 || make_plan(&plan, &programs, settings, err) < 0) {
		rc = -1;
		goto out;
	}
	struct race race = {
		.plan = &plan,
		.suite = suite,
		.blocks = settings->blocks,
		.warmup = settings->warmup,
		.seed = settings->seed,
		.server = &server,
		.stop_fd = interrupt_open(),
	};
	rc = settings->url ? server_attach(&server, settings->url, true, err)
			   : server_start(&server, err);
	if (rc == 0) {
		rc = race_and_report(&race, settings, &choices, line, err);
		server_close(&server);
	}
	close(race.stop_fd);
out:
	plan_release(&plan);
	exec_list_release(&programs);
	return rc;
}

int cmd_run(int argc, char **argv)
{
	struct settings settings = defaults;
	int status = command_run(&command, &settings, argc, argv, run);

	sweep_release(&settings.sweep);
	texts_release(&settings.exec);
	return status;
}
