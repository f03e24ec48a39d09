/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace tune`: how many in flight are enough, or which rate is held. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/base/interrupt.h"
#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/cli/race_command.h"
#include "harness/options/tune_settings.h"
#include "harness/race/resume.h"
#include "harness/view/progress.h"
#include "harness/view/tune_text.h"

/* Passed through race_command_run. */
struct tune_command {
	struct race_command asked; /* must be first */
	struct tune_settings settings;
	struct tune tune;
};

enum { FORMAT_JSON = 1 };

/* Prints the answers. Returns the exit status, or -1 with *err. */
static int report(const struct tune *tune, int format, struct fr_error *err)
{
	struct tune_finding *findings =
		calloc(tune->count + 1, sizeof(*findings));
	int status = EXIT_OK, rc = 0;

	if (!findings)
		return fr_error_memory(err);
	for (size_t i = 0; i < tune->count; i++) {
		findings[i] = tune_find(tune, i);
		if (!findings[i].needless && !(findings[i].answer.level > 0))
			status = EXIT_INVALID;
		else if (!findings[i].ended && status == EXIT_OK)
			status = EXIT_INCONCLUSIVE;
	}
	if (format != FORMAT_JSON)
		screen_fold(&stdout);
	if (format == FORMAT_JSON)
		rc = tune_text_write_json(
			stdout, &tune->terms, findings, tune->count);
	else
		tune_text_write(stdout, &tune->terms, findings, tune->count);
	free(findings);
	if (rc || fflush(stdout))
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the answers");
	return status;
}

/* With the folder open. Returns the exit status, or -1 with *err. */
static int run_and_report(
	struct tune *tune, struct race *race, int format, struct fr_error *err)
{
	enum race_outcome outcome;
	struct progress progress;
	size_t trials;
	uint64_t requests;
	int status;

	tune_limits(tune, &trials, &requests);
	progress_init(&progress, race->quiet, trials, 1);
	progress.at_most = true;
	race->watch = progress_watch(&progress);
	progress_resume(&progress, race->before.trials, race->before.bad);
	outcome = tune_run(tune, race, err);
	progress_end(&progress);
	if (outcome == RACE_FINISHED &&
		run_folder_check(&race->folder, err) < 0)
		outcome = RACE_FAILED;
	if (outcome == RACE_FAILED)
		return -1;
	if (outcome == RACE_INTERRUPTED) {
		fprintf(stderr, "interrupted; this is what was found:\n");
		interrupt_take(race->stop_fd);
	}
	status = report(tune, format, err);
	if (status < 0)
		return -1;
	if (!race->quiet)
		fprintf(stderr,
			"\nfigures:  %s/trials.csv, requests.csv (%zu trials)\n",
			race->folder.path, race->position);
	/* A search is to be brief, and PNG takes longest. */
	if (race_command_draw(race, false, race->quiet, err) < 0)
		return -1;
	return outcome == RACE_INTERRUPTED ? EXIT_INTERRUPTED : status;
}

static int plan_and_tune(
	struct race *race, struct race_command *asked, struct fr_error *err)
{
	struct tune_command *command = (struct tune_command *)asked;
	struct tune_settings *settings = &command->settings;
	struct tune *tune = &command->tune;
	struct tune_terms terms;
	int format = run_settings_choose(&settings->run, "--format",
		settings->run.format, tune_format_names, err);
	int rc = format < 0 ? -1 : 0;

	race->grows = true;
	race->warmup = 0;
	if (!rc)
		rc = tune_settings_settle(&terms, settings, asked->given,
			asked->resumed != NULL, err);
	if (!rc)
		rc = race_command_plan(race, asked, err);
	if (!rc)
		rc = tune_init(tune, &terms, &asked->plan, err);
	if (!rc && !tune->count)
		rc = fr_error_set(err, EXIT_USAGE,
			"no strategy is left to tune: null requests nothing");
	if (!rc && settings->run.dry_run) {
		screen_fold(&stdout);
		tune_text_write_plan(stdout, tune);
		return EXIT_OK;
	}
	if (!rc)
		rc = race_command_open_folder(race, asked, err);
	if (rc)
		return rc;
	race_command_tell(asked);
	return run_and_report(tune, race, format, err);
}

/* The command line is parsed again after the suite, with this command. */
struct tune_given {
	struct tune_settings settings;
	const struct command_spec *command;
};

static int tune(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	struct tune_given *given = arg;
	struct tune_command *command = calloc(1, sizeof(*command));
	int rc;

	if (!command)
		return fr_error_memory(err);
	tune_settings_init(&command->settings);
	command->asked = (struct race_command){
		.command = given->command,
		.settings = &command->settings.run,
		.given = &given->settings.run,
		.line = line,
	};
	rc = race_command_run(&command->asked, plan_and_tune, err);
	tune_release(&command->tune);
	texts_release(&command->settings.rates);
	free(command);
	return rc;
}

int cmd_tune(int argc, char **argv)
{
	struct option_spec *options = tune_options_join();
	const struct command_spec command = tune_command(options);
	struct tune_given given = {.command = &command};
	const struct fr_error no_memory = {
		.status = EXIT_INVALID, .text = "out of memory"};
	int status = options ? command_run(&command, &given, argc, argv, tune)
			     : command_fail("tune", &no_memory);

	texts_release(&given.settings.rates);
	run_settings_release(&given.settings.run);
	free(options);
	return status;
}
