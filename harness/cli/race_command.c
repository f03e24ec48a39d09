/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/cli/race_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/plot/plots.h"
#include "harness/race/cell_limits.h"
#include "harness/race/resume.h"
#include "harness/record/host.h"
#include "harness/runs/latest.h"
#include "harness/server/authorities.h"
#include "harness/view/plan_notes.h"
#include "harness/view/program_notes.h"

/* Loads the settings from options, suite, or the run that is resumed. */
static int load(struct race_command *asked, struct run_folder *folder,
	struct fr_error *err)
{
	const char *resume = asked->given->resume;
	char latest[LATEST_MAX];

	if (!resume)
		return run_settings_load(asked->settings, asked->given,
			asked->command, asked->line, err);
	*asked->settings = (struct run_settings){0};
	if (latest_replace(&resume, 1, latest, err) < 0 ||
		run_folder_reopen(folder, resume, &asked->resumed, err) < 0)
		return -1;
	return run_settings_recall(asked->settings, asked->given,
		asked->resumed, asked->command, asked->line, err);
}

int race_command_run(
	struct race_command *asked, race_command_fn *body, struct fr_error *err)
{
	struct run_settings *settings = asked->settings;
	struct server server;
	struct texts urls = {0};
	struct race race = {
		.folder = RUN_FOLDER_CLOSED,
		.suite = settings->suite,
		.urls = &urls,
		.server = &server,
	};
	int rc;

	server_init(&server);
	rc = load(asked, &race.folder, err);
	if (!rc)
		rc = authorities_check(settings->cacert, err);
	if (!rc)
		rc = run_settings_target(settings, &server, &urls, err);
	if (!rc) {
		race.blocks = settings->blocks;
		race.warmup = settings->warmup;
		race.seed = settings->seed;
		race.authorities = settings->cacert;
		race.any_certificate = settings->insecure;
		race.quiet = settings->quiet;
		race.hosts = asked->hosts;
		race.stop_fd = interrupt_open();
		rc = body(&race, asked, err);
		if (rc == EXIT_INTERRUPTED)
			fprintf(stderr, "to go on: flagrace%s %s --resume %s\n",
				asked->hosts ? "-mpi" : "",
				asked->command->name, race.folder.path);
		close(race.stop_fd);
		server_close(&server);
	}
	run_folder_close(&race.folder);
	free(race.done);
	texts_release(&urls);
	run_settings_release(settings);
	json_decref(asked->resumed);
	plan_release(&asked->plan);
	exec_list_release(&asked->programs);
	return rc;
}

int race_command_plan(
	struct race *race, struct race_command *asked, struct fr_error *err)
{
	struct run_settings *settings = asked->settings;
	bool witness = race->server->witness;
	unsigned hosts = race->hosts ? race->hosts->count : 0;

	if (!witness &&
		run_settings_leave_server(settings, asked->given, err) < 0)
		return -1;
	if (run_settings_plan(settings, &asked->plan, &asked->programs, err) <
		0)
		return -1;
	race->plan = &asked->plan;
	if (cell_limits_check_all(&asked->plan, witness, hosts, err) < 0 ||
		race_check(race, err) < 0)
		return run_settings_place(settings, err);
	return 0;
}

void race_command_tell(const struct race_command *asked)
{
	const struct run_settings *settings = asked->settings;

	program_notes_tell(stderr, &asked->programs);
	plan_notes_idle(stderr, &asked->plan, &settings->exclude);
	plan_notes_skipped(stderr, &asked->plan, &settings->sweep.strategy);
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

/* What else the run.json of a shard says. Returns 0 or -1: no memory. */
static int describe_machine(json_t *facts)
{
	char name[64];

	host_name(name, sizeof(name));
	return json_object_set_new(facts, "host_name", json_string(name));
}

int race_command_open_folder(
	struct race *race, struct race_command *asked, struct fr_error *err)
{
	struct plan *plan = &asked->plan;
	json_t *facts;
	struct host host;
	int rc;

	plan_calibrate(plan, known_rounds(asked->resumed));
	/* Of the two reasons to have none, one is malloc(3)'s. */
	errno = 0;
	facts = run_settings_describe(
		asked->settings, asked->command, asked->line);
	if (!facts && errno == ENOMEM)
		return fr_error_memory(err);
	if (!facts)
		return fr_error_set(err, EXIT_USAGE,
			"the settings cannot be kept: a text is not UTF-8");
	host_read(&host, "");
	if (json_object_set_new(facts, "host", host_to_json(&host)) ||
		(race->shard.count && describe_machine(facts)) ||
		(plan->rounds_per_ms &&
			json_object_set_new(facts, rounds_key,
				json_integer(
					(json_int_t)plan->rounds_per_ms)))) {
		json_decref(facts);
		return fr_error_memory(err);
	}
	rc = asked->resumed
		? resume_race(race, asked->resumed, facts, err)
		: run_folder_create(&race->folder, asked->settings->out,
			  race->suite, facts, err);
	json_decref(facts);
	return rc;
}

int race_command_draw(
	const struct race *race, bool png, bool quiet, struct fr_error *err)
{
	const struct plots_terms terms = {.run_dir = race->folder.path,
		.formats = PLOTS_SVG | (png ? PLOTS_PNG : 0),
		.stop_fd = race->stop_fd};

	if (plots_draw(&terms, err) == 0) {
		if (!quiet)
			fprintf(stderr, "pictures: %s/plots/%s*.svg\n",
				terms.run_dir, png ? "*.png, " : "");
		return 0;
	}
	if (err->status == EXIT_INTERRUPTED)
		return -1;
	fprintf(stderr, "plots skipped: %s\n", err->text);
	return 0;
}
