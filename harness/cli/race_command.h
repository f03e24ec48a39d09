/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands that race have in common: settings, target, run folder. */
#ifndef HARNESS_CLI_RACE_COMMAND_H
#define HARNESS_CLI_RACE_COMMAND_H

#include <jansson.h>

#include "harness/options/command.h"
#include "harness/options/settings.h"
#include "harness/race/race.h"

/* A command that races. The caller owns the first four. */
struct race_command {
	const struct command_spec *command;
	struct run_settings *settings;
	const struct run_settings *given; /* options alone */
	const struct command_line *line;
	struct trial_hosts *hosts; /* that make the load; NULL: none */
	json_t *resumed; /* run.json of the run that is resumed, or NULL */
	struct plan plan;
	struct exec_list programs;
};

/* Plans and runs the race. Returns the exit status, or -1 with *err. */
typedef int race_command_fn(
	struct race *race, struct race_command *asked, struct fr_error *err);

/*
 * Loads asked->settings, opens the target, reopens the folder of a resumed
 * run, and calls `body` with a race that has all but plan, folder and watch.
 * If body was interrupted, says how to go on. Closes all of that afterwards, and
 * releases the settings. Returns what body returned, or -1 with *err.
 */
int race_command_run(struct race_command *asked, race_command_fn *body,
	struct fr_error *err);

/*
 * Makes asked->plan, which becomes the race's, from the settings, and checks
 * it. Returns 0, or -1 with *err.
 */
int race_command_plan(
	struct race *race, struct race_command *asked, struct fr_error *err);

/*
 * With the plan made: calibrates the work of its cells, and opens the run's
 * folder, a new one or the resumed one. Returns 0, or -1 with *err.
 */
int race_command_open_folder(
	struct race *race, struct race_command *asked, struct fr_error *err);

/* Prints notes on the plan on standard error. */
void race_command_tell(const struct race_command *asked);

/*
 * Draws the run's plots, as SVG and perhaps as PNG too, or prints why there are
 * none, which does not fail the run. Returns 0, or -1 with *err when the user has
 * interrupted.
 */
int race_command_draw(
	const struct race *race, bool png, bool quiet, struct fr_error *err);

#endif
