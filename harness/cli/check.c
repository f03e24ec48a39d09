/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace check`: two builds side by side, and whether head may be merged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/base/screen.h"
#include "harness/check/check_run.h"
#include "harness/cli/commands.h"
#include "harness/options/check_reports.h"
#include "harness/options/check_settings.h"
#include "harness/race/cell_limits.h"
#include "harness/view/check_formats.h"
#include "harness/view/check_progress.h"
#include "harness/view/program_notes.h"

/* What a side runs. The programs outlive the cells. */
struct check_plan {
	struct plan plan;
	struct exec_list programs;
};

struct check_plans {
	struct check_plan base, head;
};

static void check_plan_release(struct check_plan *plan)
{
	plan_release(&plan->plan);
	exec_list_release(&plan->programs);
}

/* Replaces the strategies of the suite, and its programs, by those of a side. */
static int choose_own(struct run_settings *run, const struct check_build *build)
{
	struct texts *list = &run->sweep.strategy;
	const char *text = check_build_own(build);

	if (build->exec)
		list = &run->exec;
	else if (build->program)
		list = &run->program;
	texts_release(&run->sweep.strategy);
	texts_release(&run->include);
	texts_release(&run->exec);
	texts_release(&run->program);
	return texts_add(list, text, strlen(text), "strategy");
}

/* The cells of a side, and its program if it is one. */
static int make_plan(struct check_plan *plan, struct run_settings *run,
	const struct check_build *build, struct fr_error *err)
{
	if (check_build_own(build) && choose_own(run, build))
		return fr_error_memory(err);
	if (run_settings_plan(run, &plan->plan, &plan->programs, err) < 0)
		return -1;
	if (plan->programs.count > 1)
		return fr_error_set(err, EXIT_USAGE,
			"'%.100s' has %zu programs: a side of a check has one",
			check_build_own(build), plan->programs.count);
	return 0;
}

/* The cells of both sides; cell i of base is compared with cell i of head. */
static int make_plans(struct check_plans *plans,
	struct check_settings *settings, struct fr_error *err)
{
	const struct check_builds *builds = &settings->builds;
	struct plan *base = &plans->base.plan, *head = &plans->head.plan;
	const struct texts *programs = settings->run.exec.count
		? &settings->run.exec
		: &settings->run.program;

	if (programs->count && !check_build_own(&builds->base))
		return fr_error_set(err, EXIT_USAGE,
			"%s: two builds are compared on strategies; programs "
			"are compared by --base-exec and --head-exec, or by "
			"--base-program and --head-program",
			programs->at[0].where);
	if (make_plan(&plans->base, &settings->run, &builds->base, err) < 0 ||
		make_plan(&plans->head, &settings->run, &builds->head, err) < 0)
		return -1;
	/* Both sides run the same instructions as work. */
	plan_calibrate(base, 0);
	plan_calibrate(head, base->rounds_per_ms);
	if (cell_limits_check_all(base, true, 0, err) < 0 ||
		cell_limits_check_all(head, true, 0, err) < 0)
		return run_settings_place(&settings->run, err);
	if (base->count != head->count)
		return fr_error_set(err, EXIT_USAGE,
			"the settings make %zu cells with base's strategy and "
			"%zu with head's: ask for one concurrency",
			base->count, head->count);
	return 0;
}

static const char *label(const struct check_build *build)
{
	if (build->label)
		return build->label;
	return check_build_own(build) ? check_build_own(build) : build->binary;
}

/* Prints the report. Returns the exit status, or -1 with *err. */
static int show(struct check_report *report,
	const struct check_settings *settings,
	const struct check_choices *choices, struct fr_error *err)
{
	const struct check_builds *builds = &settings->builds;
	int rc;

	(void)snprintf(report->suite, sizeof(report->suite), "%s",
		settings->run.suite);
	(void)snprintf(
		report->base, sizeof(report->base), "%s", label(&builds->base));
	(void)snprintf(
		report->head, sizeof(report->head), "%s", label(&builds->head));
	if (choices->format == CHECK_TABLE)
		screen_fold(&stdout);
	rc = check_write(stdout, report, choices->format);
	if (check_reports_write(&settings->reports, report, err) < 0)
		return -1;
	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"cannot write the report: %s", strerror(-rc));
	if (report->verdict == CHECK_INCONCLUSIVE && choices->forgive)
		return EXIT_OK;
	return (int)check_exit_statuses[report->verdict];
}

/* With everything settled but the processes. */
static int measure(const struct check_settings *settings,
	const struct check_choices *choices, const struct check_plans *plans,
	int log_fd, struct fr_error *err)
{
	struct check_sides *sides = calloc(1, sizeof(*sides));
	struct check_report *report = NULL;
	struct check_progress_view view;
	const struct check_watch watch = check_progress_watch(&view);
	const struct check_job job = {
		.plan = &plans->base.plan,
		.head_plan = &plans->head.plan,
		.sides = sides,
		.gate = choices->gate,
		.seed = settings->run.seed,
		.pressure = (double)settings->pressure,
		.blocks_max = settings->blocks_max,
		.log_fd = log_fd,
		.watch = settings->run.quiet ? NULL : &watch,
	};
	int stop_fd = interrupt_open(), rc;

	if (!sides)
		rc = fr_error_memory(err);
	else
		rc = check_sides_open(
			sides, &settings->builds, job.plan, stop_fd, err);
	if (!rc) {
		check_progress_init(&view);
		rc = check_run(&report, &job, err);
		if (job.watch)
			check_progress_clear(&view);
		check_sides_close(sides);
	}
	if (!rc)
		rc = show(report, settings, choices, err);
	check_report_free(report);
	free(sides);
	close(stop_fd);
	return rc;
}

/* The command line is parsed again after the suite, with this command. */
struct check_given {
	struct check_settings settings;
	const struct command_spec *command;
};

static int check(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	struct check_given *given = arg;
	struct check_settings settings = given->settings;
	struct check_choices choices;
	struct check_plans plans = {0};
	int log_fd = -1, rc;

	/* The list of the first parse is not this one's to add to. */
	settings.reports = (struct texts){.count = 0};
	rc = run_settings_load(
		&settings.run, &given->settings.run, given->command, line, err);
	if (!rc)
		rc = check_settings_check(&given->settings, line, err);
	if (!rc)
		rc = check_choices_make(&choices, &settings, err);
	if (!rc)
		rc = make_plans(&plans, &settings, err);
	if (!rc) {
		program_notes_tell(stderr, &plans.base.programs);
		program_notes_tell(stderr, &plans.head.programs);
	}
	if (!rc)
		rc = check_reports_prepare(&settings.reports, err);
	if (!rc)
		rc = check_log_open(&log_fd, settings.log, err);
	if (!rc)
		rc = measure(&settings, &choices, &plans, log_fd, err);
	if (log_fd >= 0)
		close(log_fd);
	check_plan_release(&plans.base);
	check_plan_release(&plans.head);
	texts_release(&settings.reports);
	run_settings_release(&settings.run);
	return rc;
}

int cmd_check(int argc, char **argv)
{
	struct option_spec *options = check_options_join();
	const struct command_spec command = check_command(options);
	struct check_given given = {
		.settings.pressure = 60,
		.settings.blocks_max = CHECK_LAST_LOOK,
		.settings.inconclusive = "fail",
		.command = &command,
	};
	const struct fr_error no_memory = {
		.status = EXIT_INVALID, .text = "out of memory"};
	int status = options ? command_run(&command, &given, argc, argv, check)
			     : command_fail("check", &no_memory);

	texts_release(&given.settings.reports);
	run_settings_release(&given.settings.run);
	free(options);
	return status;
}
