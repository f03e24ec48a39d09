/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace advise`: which strategy to use, why, and how sure that is. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/cli/race_command.h"
#include "harness/options/advise_settings.h"
#include "harness/race/advise.h"
#include "harness/race/like.h"
#include "harness/record/link_check.h"
#include "harness/server/authorities.h"
#include "harness/view/advice_show.h"
#include "harness/view/progress.h"

/* The command, while it runs. */
struct advise_command {
	struct race_command asked; /* must be first */
	struct advise_settings *settings;
	const struct advise_settings *given;
	struct progress progress;
	size_t in; /* cells that were in when a line was printed */
};

/*
 * Leaves this process, and so the trials, the first `cores` CPUs of those that
 * it may use. The server, which runs already, keeps all.
 */
static int limit_cores(uint64_t cores, struct fr_error *err)
{
	cpu_set_t allowed, set;
	uint64_t count = 0;

	if (!cores)
		return 0;
	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return fr_error_set(err, EXIT_INVALID,
			"cannot tell which CPUs may be used: %s",
			strerror(errno));
	CPU_ZERO(&set);
	for (size_t cpu = 0; cpu < CPU_SETSIZE && count < cores; cpu++)
		if (CPU_ISSET(cpu, &allowed)) {
			CPU_SET(cpu, &set);
			count++;
		}
	if (count < cores)
		return fr_error_set(err, EXIT_USAGE,
			"--cores %u: this program may use %u CPUs",
			(unsigned)cores, (unsigned)count);
	return sched_setaffinity(0, sizeof(set), &set) == 0
		? 0
		: fr_error_set(err, EXIT_INVALID, "cannot limit the CPUs: %s",
			  strerror(errno));
}

/* Tells how the race stands, whenever cells have been dropped. */
static void tell_block(void *ctx, const struct elimination *race)
{
	struct advise_command *command = ctx;
	size_t in = 0;

	for (size_t i = 0; i < race->terms.cells; i++)
		in += race->cells[i].state == ELIMINATION_IN;
	if (command->progress.quiet || (in == command->in && race->block > 1))
		return;
	command->in = in;
	progress_clear(&command->progress);
	fprintf(stderr, "block %zu: %zu of %zu cells are left\n", race->block,
		in, race->terms.cells);
}

/* Prints the advice. Returns the exit status, or -1 with *err. */
static int show(const struct race *race, const struct advice *advice,
	enum table_format format, struct fr_error *err)
{
	if (format == TABLE_TEXT)
		screen_fold(&stdout);
	if (advice_write(stdout, advice, format))
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the advice");
	if (!race->quiet)
		fprintf(stderr, "\nfigures:  %s/trials.csv, requests.csv\n",
			race->folder.path);
	return advice->chosen < advice->count ? EXIT_OK : EXIT_INVALID;
}

/* With the folder open. Returns the exit status, or -1 with *err. */
static int race_and_show(struct race *race, struct advise_command *command,
	struct advise_terms *terms, enum table_format format,
	struct fr_error *err)
{
	struct progress *progress = &command->progress;
	enum race_outcome outcome;
	struct advice advice;
	struct fr_error late;
	int rc;

	/* Blocks differ in their cells, so tell_block has a line for each. */
	progress_init(progress, race->quiet,
		advise_trials_max(race->plan, race->blocks), SIZE_MAX);
	race->watch = progress_watch(progress);
	progress_resume(progress, race->before.trials, race->before.bad);
	terms->told = tell_block;
	terms->ctx = command;
	outcome = advise_race(&advice, race, terms, err);
	progress_end(progress);
	if (outcome == RACE_INTERRUPTED) {
		fprintf(stderr, "interrupted; this is what was measured:\n");
		interrupt_take(race->stop_fd);
	}
	if (outcome == RACE_FINISHED &&
		run_folder_check(&race->folder, err) < 0)
		outcome = RACE_FAILED;
	rc = outcome == RACE_FAILED ? -1 : show(race, &advice, format, &late);
	if (rc < 0 && outcome != RACE_FAILED)
		*err = late;
	advice_release(&advice);
	return rc >= 0 && outcome == RACE_INTERRUPTED ? EXIT_INTERRUPTED : rc;
}

static int plan_and_race(
	struct race *race, struct race_command *asked, struct fr_error *err)
{
	struct advise_command *command = (struct advise_command *)asked;
	struct advise_settings *settings = command->settings;
	struct advise_terms terms = {
		.without = &settings->without, .order = &settings->order};
	int format = run_settings_choose(&settings->run, "--format",
		settings->run.format, table_format_names, err);
	int clock = format < 0
		? -1
		: run_settings_choose(&settings->run, "--clock",
			  settings->run.clock, summary_clock_names, err);

	if (clock < 0)
		return -1;
	terms.clock = (enum summary_clock)clock;
	if (!asked->resumed &&
		advise_settings_complete(settings, command->given, err) < 0)
		return -1;
	race->blocks = settings->run.blocks;
	race->grows = true;
	if (limit_cores(settings->cores, err) < 0 ||
		race_command_plan(race, asked, err) < 0 ||
		advise_qualify(&asked->plan, &terms, err) < 0)
		return -1;
	if (settings->run.dry_run)
		screen_fold(&stdout);
	if (settings->run.dry_run)
		return advise_forecast(
			stdout, race->plan, race->blocks, race->seed, err);
	if (race_command_open_folder(race, asked, err) < 0)
		return -1;
	race_command_tell(asked);
	return race_and_show(
		race, command, &terms, (enum table_format)format, err);
}

/* A command line with some words more. */
struct longer_line {
	struct command_line line;
	char *words[64];
	char texts[4][96];
	size_t count; /* of texts */
};

/*
 * Adds "--NAME=TEXT" behind the command's name, unless the option is given or
 * there is no text. Returns 0, or -1 with *err: too many words.
 */
static int add_setting(struct longer_line *longer, struct texts *given,
	const char *name, const char *text, struct fr_error *err)
{
	struct command_line *line = &longer->line;
	char *word = longer->texts[longer->count];

	if (given->count || !text[0])
		return 0;
	if (line->argc + 2 > (int)(sizeof(longer->words) / sizeof(char *)))
		return fr_error_set(err, EXIT_USAGE,
			"--like takes no command line as long as this");
	(void)snprintf(word, sizeof(longer->texts[0]), "--%s=%s", name, text);
	longer->count++;
	memmove(&longer->words[2], &longer->words[1],
		(size_t)line->argc * sizeof(char *));
	longer->words[1] = word;
	line->argc++;
	line->operands++;
	if (texts_add(given, text, strlen(text), word))
		return fr_error_memory(err);
	fprintf(stderr, " %s", word);
	return 0;
}

/* Adds the settings of a workload that is like the server. */
static int add_settings(struct longer_line *longer,
	struct advise_settings *given, const struct like_settings *settings,
	struct fr_error *err)
{
	struct sweep *sweep = &given->run.sweep;
	int rc = add_setting(
		longer, &sweep->latency, "latency", settings->latency, err);

	if (!rc)
		rc = add_setting(longer, &sweep->payload, "payload",
			settings->payload, err);
	if (!rc)
		rc = add_setting(
			longer, &sweep->link, "link", settings->link, err);
	if (!rc)
		rc = add_setting(
			longer, &sweep->tls, "tls", settings->tls, err);
	fprintf(stderr, "\n");
	return rc;
}

/* Measures --like, and makes options of it. Returns 0, or -1 with *err. */
static int make_like(struct longer_line *longer, struct advise_settings *given,
	struct fr_error *err)
{
	struct like_target target = {.url = given->like,
		.authorities = given->run.cacert,
		.any_certificate = given->run.insecure,
		.stop_fd = interrupt_open()};
	struct like_settings settings;
	struct like like = {0};
	int rc = authorities_check(given->run.cacert, err);

	if (!rc) {
		fprintf(stderr,
			"like: asks %s %d times, one request after another, "
			"for at most %d s each\n",
			given->like, LIKE_REQUESTS, LIKE_TIMEOUT_S);
		rc = given->run.dry_run ? 0 : like_measure(&like, &target, err);
	}
	if (!rc && given->run.dry_run)
		fprintf(stderr,
			"like: a dry run asks nothing, so what it prints is for "
			"other settings\n");
	if (!rc && !given->run.dry_run) {
		like_settle(&settings, &like,
			strcmp(link_check().here, "refused") != 0);
		fprintf(stderr,
			"like: %.3g ms (%.3g to %.3g) to the first byte, %.3g "
			"ms to connect, %.3g ms for TLS, %" PRIu64
			" bytes; so:",
			(double)like.wait_ns / 1e6, (double)like.least_ns / 1e6,
			(double)like.most_ns / 1e6,
			(double)like.connect_ns / 1e6,
			(double)like.tls_ns / 1e6, like.bytes);
		rc = add_settings(longer, given, &settings, err);
	}
	close(target.stop_fd);
	return rc;
}

/* Runs the command, whose line has all settings. */
static int advise_on(
	void *given, const struct command_line *line, struct fr_error *err)
{
	struct advise_settings settings = {.run = {.blocks = 0}};
	struct option_spec *options = advise_options_join();
	struct command_spec spec = advise_command(options);
	struct advise_command command = {
		.asked = {.command = &spec,
			.settings = &settings.run,
			.given = given,
			.line = line},
		.settings = &settings,
		.given = given,
	};
	int rc = options ? race_command_run(&command.asked, plan_and_race, err)
			 : fr_error_memory(err);

	advise_settings_release(&settings);
	free(options);
	return rc;
}

static int advise(
	void *given, const struct command_line *line, struct fr_error *err)
{
	struct advise_settings *asked = given;
	struct longer_line longer = {.line = *line};

	if (!asked->like)
		return advise_on(given, line, err);
	if (line->argc >= (int)(sizeof(longer.words) / sizeof(char *)))
		return fr_error_set(err, EXIT_USAGE,
			"--like takes no command line as long as this");
	memcpy(longer.words, line->argv,
		((size_t)line->argc + 1) * sizeof(char *));
	longer.line.operands = longer.words + (line->operands - line->argv);
	longer.line.argv = longer.words;
	if (make_like(&longer, asked, err) < 0)
		return -1;
	return advise_on(given, &longer.line, err);
}

int cmd_advise(int argc, char **argv)
{
	/* Only the options given; advise() applies them over the suite. */
	struct advise_settings given = {.run = {.blocks = 0}};
	struct option_spec *options = advise_options_join();
	struct command_spec spec = advise_command(options);
	struct fr_error err;
	int status;

	if (!options) {
		(void)fr_error_memory(&err);
		return command_fail("advise", &err);
	}
	status = command_run(&spec, &given, argc, argv, advise);
	run_settings_release(&given.run);
	advise_settings_release(&given);
	free(options);
	return status;
}
