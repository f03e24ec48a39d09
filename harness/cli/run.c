/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace run`: from options to a run folder, a table and plots. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/options/settings.h"
#include "harness/plot/plots.h"
#include "harness/race/cell_limits.h"
#include "harness/race/forecast.h"
#include "harness/race/race.h"
#include "harness/race/resume.h"
#include "harness/race/undrawn.h"
#include "harness/record/host.h"
#include "harness/runs/summary.h"
#include "harness/server/authorities.h"
#include "harness/view/plan_notes.h"
#include "harness/view/program_notes.h"
#include "harness/view/progress.h"
#include "harness/view/table.h"

static const struct command_spec command = {
	.name = "run",
	.usage = "[SUITE] [options]",
	.summary = "Races strategies against a mock server, and writes "
		   "CSV files, a ranked table and\n"
		   "plots. SUITE is a YAML file, or the name of a ready "
		   "suite (see 'flagrace list').\n"
		   "The keys of a suite are the options below; an "
		   "option that is given overrides its\n"
		   "key. The default suite is headline: twenty flags of "
		   "50 ms each.",
	.examples =
		"  flagrace run\n"
		"  flagrace run lesson\n"
		"  flagrace run ./mine.yaml --blocks 5\n"
		"  flagrace run scale --dry-run\n"
		"  flagrace run lesson --blocks auto --precision 1\n"
		"  flagrace run --strategy sequential,pthread-map,openmp@8\n"
		"  flagrace run --latency uniform:20ms,200ms --seed 7 "
		"--blocks 10\n"
		"  flagrace run --strategy pthread-map --concurrency "
		"1,2,4,8,16\n"
		"  flagrace run --url http://127.0.0.1:8080 --requests 100\n"
		"  flagrace run --urls list.txt --allow-remote "
		"--strategy multi-epoll\n"
		"  flagrace run --fault none --fault 503:5%,reset:1% "
		"--capacity 0,10\n"
		"  flagrace run --resume results/20260131T120000Z-headline\n",
	.options = run_options,
	.operands_max = 1,
};

/* The words that stand for a choice, as numbers. */
struct run_choices {
	enum table_format format;
	enum summary_clock clock;
};

static int make_choices(struct run_choices *choices,
	const struct run_settings *settings, struct fr_error *err)
{
	int format = run_settings_choose(settings, "--format", settings->format,
		table_format_names, err);
	int clock = format < 0
		? -1
		: run_settings_choose(settings, "--clock", settings->clock,
			  summary_clock_names, err);

	if (clock < 0)
		return -1;
	choices->format = (enum table_format)format;
	choices->clock = (enum summary_clock)clock;
	return 0;
}

/*
 * The plots, or why there are none, which does not fail the run. Returns 0, or
 * -1 with *err when the user has interrupted.
 */
static int draw(const char *path, bool quiet, int stop_fd, struct fr_error *err)
{
	if (plots_draw(path, PLOTS_SVG | PLOTS_PNG, stop_fd, err) == 0) {
		if (!quiet)
			fprintf(stderr, "pictures: %s/plots/*.png, *.svg\n",
				path);
		return 0;
	}
	if (err->status == EXIT_INTERRUPTED)
		return -1;
	fprintf(stderr, "plots skipped: %s\n", err->text);
	return 0;
}

/* Prints the summary, read back from the run's folder. */
static int report(const struct race *race, const struct run_settings *settings,
	const struct run_choices *choices, struct fr_error *err)
{
	const char *const folder = race->folder.path;
	const struct summary_terms terms = {.clock = choices->clock};

	if (table_show(stdout, &folder, 1, &terms, choices->format, err) < 0)
		return -1;
	if (fflush(stdout))
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the summary");
	if (!settings->quiet)
		fprintf(stderr, "\nfigures:  %s/trials.csv, requests.csv\n",
			race->folder.path);
	return draw(race->folder.path, settings->quiet, race->stop_fd, err);
}

/* Says how precise a run with --blocks auto has become. */
static void tell_precision(
	const struct race *race, const struct run_settings *settings)
{
	const struct precision *precision = race->precision;

	fprintf(stderr, "%" PRIu64 " blocks (of %" PRIu64 " to %" PRIu64 "): ",
		precision->blocks, settings->blocks_min, settings->blocks_max);
	if (isinf(precision->reached))
		fprintf(stderr, "%s has no interval; ", precision->widest);
	else
		fprintf(stderr,
			"the widest interval is %.2g %% of its median (%s); ",
			100 * precision->reached, precision->widest);
	fprintf(stderr, "the goal of %" PRIu64 " %% was %sreached\n",
		settings->precision,
		precision->reached <= precision->wanted ? "" : "not ");
}

/* How fast this machine does CPU work: a member of run.json. */
static const char rounds_key[] = "work_rounds_per_ms";

/* The figure in the run.json of the run that is resumed; 0: it has none. */
static uint64_t known_rounds(const json_t *resumed)
{
	json_int_t known =
		json_integer_value(json_object_get(resumed, rounds_key));

	return known > 0 ? (uint64_t)known : 0;
}

/* The run's folder: a new one, or the one whose run.json is `resumed`. */
static int open_folder(struct race *race, const struct run_settings *settings,
	const struct command_line *line, json_t *resumed, struct fr_error *err)
{
	json_t *facts;
	struct host host;
	int rc;

	/* Of the two reasons to have none, one is malloc(3)'s. */
	errno = 0;
	facts = run_settings_describe(settings, line);
	if (!facts && errno == ENOMEM)
		return fr_error_memory(err);
	if (!facts)
		return fr_error_set(err, EXIT_USAGE,
			"the settings cannot be kept: a text is not UTF-8");
	host_read(&host, "");
	if (json_object_set_new(facts, "host", host_to_json(&host)) ||
		(race->plan->rounds_per_ms &&
			json_object_set_new(facts, rounds_key,
				json_integer((json_int_t)race->plan
						     ->rounds_per_ms)))) {
		json_decref(facts);
		return fr_error_memory(err);
	}
	rc = resumed ? resume_race(race, resumed, facts, err)
		     : run_folder_create(&race->folder, settings->out,
			       race->suite, facts, err);
	json_decref(facts);
	return rc;
}

/* With the folder open and the server up. Returns the exit status, or -1. */
static int race_and_report(struct race *race,
	const struct run_settings *settings, const struct run_choices *choices,
	struct fr_error *err)
{
	enum race_outcome outcome;
	struct progress progress;
	struct fr_error late;
	int rc;

	progress_init(&progress, settings->quiet,
		race->plan->count * (race->blocks + race->warmup),
		race->plan->count);
	race->watch = progress_watch(&progress);
	if (!settings->quiet)
		plan_notes_clamped(stderr, race->plan);
	progress_resume(&progress, race->before.trials, race->before.bad);
	outcome = race_run(race, err);
	progress_clear(&progress);
	if (outcome == RACE_FINISHED && race->precision)
		tell_precision(race, settings);
	if (outcome == RACE_FINISHED)
		undrawn_tell(stderr, race->plan, race->seed,
			race->precision ? race->precision->blocks
					: race->blocks);
	if (outcome == RACE_INTERRUPTED) {
		fprintf(stderr, "interrupted; this is what was measured:\n");
		interrupt_take(race->stop_fd);
	}
	if (outcome == RACE_FINISHED &&
		run_folder_check(&race->folder, err) < 0)
		outcome = RACE_FAILED;
	rc = report(race, settings, choices, &late);
	if (rc < 0 && outcome != RACE_FINISHED)
		fprintf(stderr, "%s\n", late.text);
	if (outcome != RACE_FINISHED)
		return outcome == RACE_INTERRUPTED ? EXIT_INTERRUPTED : -1;
	if (rc < 0) {
		*err = late;
		return -1;
	}
	return progress.bad ? EXIT_INVALID : EXIT_OK;
}

/* Prints the cells of the run, or those that are left of a resumed one. */
static int run_dry(struct race *race, const struct run_settings *settings,
	const json_t *resumed, struct fr_error *err)
{
	struct forecast_run run = {
		.suite = settings->suite,
		.seed = settings->seed,
		.blocks = settings->blocks,
		.warmup = settings->warmup,
	};

	if (resumed && resume_find(race, false, err) < 0)
		return -1;
	run.done = race->before.trials;
	if (settings->blocks == 0) {
		run.blocks = settings->blocks_max;
		run.until_known = true;
	}
	return forecast_write(stdout, &run, race->plan, err) < 0
		? run_settings_place(settings, err)
		: 0;
}

/*
 * Makes the plan and runs it, with the server open. `resumed` is the run.json
 * of the run that is resumed, or NULL. Closes the run's folder.
 */
static int plan_and_race(struct race race, struct run_settings *settings,
	const struct run_settings *given, const struct command_line *line,
	json_t *resumed, struct fr_error *err)
{
	struct exec_list programs = {0};
	struct precision precision = {
		.wanted = (double)settings->precision / 100,
		.blocks_min = settings->blocks_min,
	};
	struct run_choices choices;
	struct plan plan = {0};
	int rc = make_choices(&choices, settings, err);

	if (!rc && !race.server->witness)
		rc = run_settings_leave_server(settings, given, err);
	if (!rc)
		rc = run_settings_plan(settings, &plan, &programs, err);
	race.plan = &plan;
	race.quiet = settings->quiet;
	if (!rc &&
		(cell_limits_check_all(&plan, race.server->witness, err) < 0 ||
			race_check(&race, err) < 0))
		rc = run_settings_place(settings, err);
	if (!rc && settings->blocks_min > settings->blocks_max)
		rc = fr_error_set(err, EXIT_USAGE,
			"--blocks-min is more than --blocks-max");
	if (!rc && settings->blocks == 0) {
		precision.clock = choices.clock;
		race.precision = &precision;
		race.blocks = settings->blocks_max;
	}
	if (!rc && !settings->dry_run) {
		plan_calibrate(&plan, known_rounds(resumed));
		rc = open_folder(&race, settings, line, resumed, err);
	}
	/* An error is told alone, so notes come behind all that is refused. */
	if (!rc) {
		program_notes_tell(stderr, &programs);
		plan_notes_idle(stderr, &plan, &settings->exclude);
		plan_notes_skipped(stderr, &plan, &settings->sweep.strategy);
		rc = settings->dry_run
			? run_dry(&race, settings, resumed, err)
			: race_and_report(&race, settings, &choices, err);
	}
	run_folder_close(&race.folder);
	plan_release(&plan);
	exec_list_release(&programs);
	return rc;
}

/* Loads the settings from options, suite, or the run that is resumed. */
static int load(struct run_settings *settings, const struct run_settings *given,
	const struct command_line *line, struct run_folder *folder,
	json_t **resumed, struct fr_error *err)
{
	if (!given->resume)
		return run_settings_load(settings, given, &command, line, err);
	if (run_folder_reopen(folder, given->resume, resumed, err) < 0)
		return -1;
	return run_settings_recall(
		settings, given, *resumed, &command, line, err);
}

static int run(
	void *given, const struct command_line *line, struct fr_error *err)
{
	struct run_folder folder = {.lock = -1, .trials = -1, .requests = -1};
	struct server server;
	struct run_settings settings = {0};
	struct texts urls = {0};
	char *authorities = NULL;
	json_t *resumed = NULL;
	int rc;

	server_init(&server);
	rc = load(&settings, given, line, &folder, &resumed, err);
	if (!rc)
		rc = authorities_read(&authorities, settings.cacert, err);
	if (!rc)
		rc = run_settings_target(&settings, &server, &urls, err);
	if (!rc) {
		struct race race = {
			.folder = folder,
			.suite = settings.suite,
			.urls = &urls,
			.blocks = settings.blocks,
			.warmup = settings.warmup,
			.seed = settings.seed,
			.server = &server,
			.authorities = authorities,
			.any_certificate = settings.insecure,
			.stop_fd = interrupt_open(),
		};

		rc = plan_and_race(race, &settings, given, line, resumed, err);
		close(race.stop_fd);
		server_close(&server);
	} else {
		run_folder_close(&folder);
	}
	texts_release(&urls);
	free(authorities);
	run_settings_release(&settings);
	json_decref(resumed);
	return rc;
}

int cmd_run(int argc, char **argv)
{
	/* Only the options given; run() applies them over the suite. */
	struct run_settings given = {0};
	int status = command_run(&command, &given, argc, argv, run);

	run_settings_release(&given);
	return status;
}
