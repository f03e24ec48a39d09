/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace check`: two builds side by side, and whether head may be merged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/options/check_reports.h"
#include "harness/options/settings.h"
#include "harness/race/cell_limits.h"
#include "harness/race/check_run.h"
#include "harness/view/check_formats.h"

struct check_settings {
	/* Must be first: run_options writes its values here. */
	struct run_settings run;
	struct check_builds builds;
	const char *gate, *inconclusive, *log;
	struct texts reports;
	uint64_t pressure;
};

#define OPTIONS_OF struct check_settings

static const struct option_spec own_options[] = {
	{"what to compare",
		OPT_TEXT(builds.base.binary, "base", 0, "BINARY",
			"The flagrace program to compare with (default: this "
			"program).")},
	{"what to compare",
		OPT_TEXT(builds.head.binary, "head", 0, "BINARY",
			"The flagrace program to judge (default: this "
			"program).")},
	{"what to compare",
		OPT_TEXT(builds.base.strategy, "base-strategy", 0, "S",
			"Strategy to compare with: a name, or the path of a "
			".so file (default: the strategies of the suite).")},
	{"what to compare",
		OPT_TEXT(builds.head.strategy, "head-strategy", 0, "S",
			"Strategy to judge: a name, or the path of a .so "
			"file (default: the strategies of the suite).")},
	{"what to compare",
		OPT_TEXT(builds.base.exec, "base-exec", 0, "NAME=COMMAND",
			"Program to compare with instead of a strategy: a "
			"template as for 'flagrace run --exec'.")},
	{"what to compare",
		OPT_TEXT(builds.head.exec, "head-exec", 0, "NAME=COMMAND",
			"Program to judge instead of a strategy.")},
	{"what to compare",
		OPT_TEXT(builds.base.label, "base-label", 0, "TEXT",
			"What reports call base, such as main@1a2b3c "
			"(default: the program or the strategy as given).")},
	{"what to compare",
		OPT_TEXT(builds.head.label, "head-label", 0, "TEXT",
			"What reports call head.")},
	{"verdict",
		OPT_TEXT(gate, "gate", 0, "METRIC[:N%],..",
			"Metrics that can fail the check, each with the "
			"slow-down that is tolerated (default "
			"elapsed:5%,cpu:5%,connections,failures). Known:" CHECK_METRIC_LIST
			".")},
	{"verdict",
		OPT_NUMBER(pressure, "pressure", 0, "PERCENT", 0, 100,
			"Make a block void if tasks waited for a CPU during "
			"more than PERCENT of the last 10 s, or if the host "
			"took CPU time (steal). 100 disables both checks; "
			"with --cpus, only steal counts (default 60).")},
	{"verdict",
		OPT_TEXT(inconclusive, "inconclusive", 0, "pass|fail",
			"Exit status of an inconclusive check: pass is 0, "
			"fail is 3 (default fail).")},
	{"output",
		OPT_TEXT(log, "log", 0, "FILE",
			"Write a CSV line for each trial, with the state of "
			"the machine during the trial.")},
	{"output",
		OPT_TEXT(run.format, "format", 'f', "FORMAT",
			"Print the report as table, csv, json, markdown, "
			"annotations (for GitHub), junit, smaller-is-better "
			"(for github-action-benchmark), google-benchmark or "
			"go-benchmark (default table).")},
	{"output",
		OPT_TEXTS(reports, "report", 0, "FORMAT=FILE",
			"Also write the report to a file, such as "
			"junit=check.xml. Repeat the option for another "
			"file.")},
	{0},
};

/* Of the options of `flagrace run`, those that make no sense here. */
static bool is_left_out(const struct option_spec *option)
{
	static const char *const names[] = {"blocks", "warmup", "exec", "url",
		"out", "format", "clock", "dry-run", "precision", "blocks-min",
		"blocks-max", "urls", "allow-remote", "cacert", "insecure",
		"resume", NULL};

	return word_is_one_of(option->name, names);
}

static size_t count_options(const struct option_spec *options)
{
	size_t count = 0;

	while (options[count].name)
		count++;
	return count;
}

/* Own options, then those of `flagrace run`; the caller's to free, or NULL. */
static struct option_spec *join_options(void)
{
	size_t own = count_options(own_options);
	struct option_spec *joined =
		calloc(own + count_options(run_options) + 1, sizeof(*joined));

	if (!joined)
		return NULL;
	memcpy(joined, own_options, own * sizeof(*joined));
	for (const struct option_spec *o = run_options; o->name; o++)
		if (!is_left_out(o))
			joined[own++] = *o;
	return joined;
}

static struct command_spec command_of(const struct option_spec *options)
{
	return (struct command_spec){
		.name = "check",
		.usage = "[SUITE] [options]",
		.summary = "Runs two builds, two strategies or two programs "
			   "side by side, and tests whether\n"
			   "head is slower than base. SUITE is as for "
			   "'flagrace run'; two builds need one,\n"
			   "such as ci. Exit status: 0 pass, 1 regression, 3 "
			   "inconclusive, 4 not measurable.",
		.examples = "  flagrace check ci --base old/flagrace --head "
			    "new/flagrace\n"
			    "  flagrace check --base-strategy ./old.so "
			    "--head-strategy ./new.so\n"
			    "  flagrace check --base-strategy pthread-map "
			    "--head-strategy epoll --gate cpu:10%\n"
			    "  flagrace check --base-exec 'old=./old {urls}' "
			    "--head-exec 'new=./new {urls}'\n",
		.options = options,
		.operands_max = 1,
	};
}

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

/* The words that stand for a choice, as numbers. */
struct check_choices {
	struct check_gate gate;
	enum check_format format;
	bool forgive;
};

static int make_choices(struct check_choices *choices,
	const struct check_settings *settings, struct fr_error *err)
{
	static const char *const answers[] = {"fail", "pass", NULL};
	int format = run_settings_choose(&settings->run, "--format",
		settings->run.format, check_format_names, err);
	int answer = format < 0 ? -1
				: command_choose("--inconclusive",
					  settings->inconclusive, answers, err);

	if (answer < 0)
		return -1;
	choices->format = (enum check_format)format;
	choices->forgive = answer == 1;
	check_gate_init(&choices->gate);
	return settings->gate
		? check_gate_parse(&choices->gate, settings->gate, err)
		: 0;
}

/* Refuses a side that is both a strategy and a program. */
static int check_side(
	const struct check_build *build, const char *side, struct fr_error *err)
{
	if (!build->strategy || !build->exec)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"--%s-strategy and --%s-exec cannot be combined: a side is a "
		"strategy or a program",
		side, side);
}

/* Refuses a command line without two sides or without a suite. */
static int check_sense(const struct check_settings *settings,
	const struct command_line *line, struct fr_error *err)
{
	const struct check_build *base = &settings->builds.base;
	const struct check_build *head = &settings->builds.head;
	bool base_is_own = base->strategy || base->exec;
	bool head_is_own = head->strategy || head->exec;

	if (check_side(base, "base", err) < 0 ||
		check_side(head, "head", err) < 0)
		return -1;
	if (!(base->binary && head->binary) && !(base_is_own && head_is_own))
		return fr_error_set(err, EXIT_USAGE,
			"nothing to compare: give --base and --head, or "
			"--base-strategy and --head-strategy, or --base-exec "
			"and --head-exec");
	if (base_is_own != head_is_own)
		return fr_error_set(err, EXIT_USAGE,
			"%s has a strategy or a program of its own and %s has "
			"not: give --base-strategy or --base-exec, and "
			"--head-strategy or --head-exec",
			base_is_own ? "base" : "head",
			base_is_own ? "head" : "base");
	if (base_is_own && settings->run.sweep.strategy.count &&
		!line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"--strategy cannot be combined with --base-strategy, "
			"--head-strategy, --base-exec and --head-exec, which "
			"name what is run");
	if (!base_is_own && !line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"two builds need a suite to be compared on, "
			"such as ci");
	return 0;
}

/* Replaces the strategies of the suite, and its programs, by those of a side. */
static int choose_own(struct run_settings *run, const struct check_build *build)
{
	struct texts *list = build->exec ? &run->exec : &run->sweep.strategy;
	const char *text = build->exec ? build->exec : build->strategy;

	texts_release(&run->sweep.strategy);
	texts_release(&run->include);
	texts_release(&run->exec);
	return texts_add(list, text, strlen(text), "strategy");
}

/* The cells of a side, and its program if it is one. */
static int make_plan(struct check_plan *plan, struct run_settings *run,
	const struct check_build *build, struct fr_error *err)
{
	bool is_own = build->strategy || build->exec;

	if (is_own && choose_own(run, build))
		return fr_error_memory(err);
	if (run_settings_plan(run, &plan->plan, &plan->programs, err) < 0)
		return -1;
	if (plan->programs.count > 1)
		return fr_error_set(err, EXIT_USAGE,
			"'%.100s' has %zu programs: a side of a check has one",
			build->exec, plan->programs.count);
	return 0;
}

/* The agents of the two builds could not share a link. */
static int check_links(const struct plan *plan, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < plan->count && !rc; i++)
		rc = cell_limits_check_link(&plan->cells[i], false, err);
	return rc;
}

/* The cells of both sides; cell i of base is compared with cell i of head. */
static int make_plans(struct check_plans *plans,
	struct check_settings *settings, struct fr_error *err)
{
	const struct check_builds *builds = &settings->builds;
	struct plan *base = &plans->base.plan, *head = &plans->head.plan;

	if (settings->run.exec.count && !builds->base.strategy &&
		!builds->base.exec)
		return fr_error_set(err, EXIT_USAGE,
			"%s: two builds are compared on strategies; programs "
			"are compared by --base-exec and --head-exec",
			settings->run.exec.at[0].where);
	if (make_plan(&plans->base, &settings->run, &builds->base, err) < 0 ||
		make_plan(&plans->head, &settings->run, &builds->head, err) < 0)
		return -1;
	/* Both sides run the same instructions as work. */
	plan_calibrate(base, 0);
	plan_calibrate(head, base->rounds_per_ms);
	if (check_links(base, err) < 0 || check_links(head, err) < 0 ||
		cell_limits_check_all(base, true, err) < 0 ||
		cell_limits_check_all(head, true, err) < 0)
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
	if (build->exec)
		return build->exec;
	return build->strategy ? build->strategy : build->binary;
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
	const struct check_job job = {
		.plan = &plans->base.plan,
		.head_plan = &plans->head.plan,
		.sides = sides,
		.gate = choices->gate,
		.seed = settings->run.seed,
		.pressure = (double)settings->pressure,
		.log_fd = log_fd,
		.quiet = settings->run.quiet,
	};
	int stop_fd = interrupt_open(), rc;

	if (!sides)
		rc = fr_error_memory(err);
	else
		rc = check_sides_open(sides, &settings->builds, stop_fd, err);
	if (!rc) {
		rc = check_run(&report, &job, err);
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
		rc = check_sense(&given->settings, line, err);
	if (!rc)
		rc = make_choices(&choices, &settings, err);
	if (!rc)
		rc = make_plans(&plans, &settings, err);
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
	struct option_spec *options = join_options();
	const struct command_spec command = command_of(options);
	struct check_given given = {
		.settings.pressure = 60,
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
