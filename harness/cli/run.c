/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace run`: from options to a run folder, a table and plots. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/interrupt.h"
#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/cli/race_command.h"
#include "harness/hosts/crew.h"
#include "harness/race/forecast.h"
#include "harness/race/race.h"
#include "harness/race/resume.h"
#include "harness/race/undrawn.h"
#include "harness/runs/summary.h"
#include "harness/view/plan_notes.h"
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
		"  flagrace run --program 'mine=python3 mine.py' --strategy "
		"pthread-map\n"
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

/* Prints the summary, read back from the run's folder. */
static int report(const struct race *race, const struct run_settings *settings,
	const struct run_choices *choices, struct fr_error *err)
{
	const char *const folder = race->folder.path;
	const struct summary_terms terms = {.clock = choices->clock};

	if (choices->format == TABLE_TEXT)
		screen_fold(&stdout);
	if (table_show(stdout, &folder, 1, &terms, choices->format, err) < 0)
		return -1;
	if (fflush(stdout))
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the summary");
	if (!settings->quiet)
		fprintf(stderr, "\nfigures:  %s/trials.csv, requests.csv\n",
			race->folder.path);
	return race_command_draw(race, true, settings->quiet, err);
}

/* Says how precise a run with --blocks auto has become. */
static void tell_precision(
	const struct race *race, const struct run_settings *settings)
{
	const struct precision *precision = &race->precision;

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
		race->plan->count *
			(shard_blocks(&race->shard, race->blocks) +
				race->warmup),
		race->plan->count);
	race->watch = progress_watch(&progress);
	if (!settings->quiet)
		plan_notes_clamped(stderr, race->plan);
	progress_resume(&progress, race->before.trials, race->before.bad);
	outcome = race_run(race, err);
	progress_end(&progress);
	if (outcome == RACE_FINISHED && race->precision.wanted > 0)
		tell_precision(race, settings);
	if (outcome == RACE_FINISHED)
		undrawn_tell(stderr, race->plan, race->seed,
			race->precision.wanted > 0 ? race->precision.blocks
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
		.blocks = shard_blocks(&race->shard, settings->blocks),
		.warmup = settings->warmup,
	};

	if (resumed && resume_find(race, false, err) < 0)
		return -1;
	screen_fold(&stdout);
	run.done = race->before.trials;
	if (settings->blocks == 0) {
		run.blocks = settings->blocks_max;
		run.until_known = true;
	}
	return forecast_write(stdout, &run, race->plan, err) < 0
		? run_settings_place(settings, err)
		: 0;
}

/* Finds out which blocks are to be run. Returns 0, or -1 with *err. */
static int choose_shard(struct race *race, const struct run_settings *settings,
	struct fr_error *err)
{
	const char *shard = settings->shard;

	if (shard_parse(&race->shard, shard, "--shard", err))
		return -1;
	if (shard && settings->blocks == 0)
		return fr_error_set(err, EXIT_USAGE,
			"--shard %s needs a number of blocks: with --blocks "
			"auto no shard knows when the others are precise "
			"enough",
			shard);
	if (!shard_blocks(&race->shard, race->blocks) && shard)
		return fr_error_set(err, EXIT_USAGE,
			"--shard %s has no block: the run has %" PRIu64
			" block%s",
			shard, race->blocks, race->blocks == 1 ? "" : "s");
	return 0;
}

/* Makes the plan and runs it, with the server open. */
static int plan_and_race(
	struct race *race, struct race_command *asked, struct fr_error *err)
{
	struct run_settings *settings = asked->settings;
	struct run_choices choices;
	int rc = make_choices(&choices, settings, err);

	if (!rc)
		rc = race_command_plan(race, asked, err);
	if (!rc && settings->blocks_min > settings->blocks_max)
		rc = fr_error_set(err, EXIT_USAGE,
			"--blocks-min is more than --blocks-max");
	if (!rc && settings->blocks == 0) {
		race->precision = (struct precision){
			.clock = choices.clock,
			.wanted = (double)settings->precision / 100,
			.blocks_min = settings->blocks_min,
		};
		race->blocks = settings->blocks_max;
	}
	if (race->hosts)
		race->hosts->minimum = settings->hosts_min
			? (unsigned)settings->hosts_min
			: race->hosts->count;
	if (!rc)
		rc = choose_shard(race, settings, err);
	if (!rc && !settings->dry_run)
		rc = race_command_open_folder(race, asked, err);
	/* An error is told alone, so notes come behind all that is refused. */
	if (rc)
		return rc;
	race_command_tell(asked);
	return settings->dry_run
		? run_dry(race, settings, asked->resumed, err)
		: race_and_report(race, settings, &choices, err);
}

/* Only the options given; run() applies them over the suite. */
struct given {
	struct run_settings settings; /* the first member: for the parser */
	struct trial_hosts *hosts;
};

static int run(void *ctx, const struct command_line *line, struct fr_error *err)
{
	struct given *given = ctx;
	struct run_settings settings;
	struct race_command asked = {
		.command = &command,
		.settings = &settings,
		.given = &given->settings,
		.line = line,
		.hosts = given->hosts,
	};

	return race_command_run(&asked, plan_and_race, err);
}

int cmd_run(int argc, char **argv)
{
	struct given given = {.hosts = NULL};
	int status;

	if (!crew_enter(&given.hosts, &status))
		return status;
	status = command_run(&command, &given, argc, argv, run);
	run_settings_release(&given.settings);
	if (given.hosts)
		crew_leave(given.hosts, status);
	return status;
}
