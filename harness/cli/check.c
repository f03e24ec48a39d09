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
		OPT_TEXT(builds.base, "base", 0, "BINARY",
			"The flagrace program to compare with (default with "
			"--base-strategy: this program).")},
	{"what to compare",
		OPT_TEXT(builds.head, "head", 0, "BINARY",
			"The flagrace program to judge (default with "
			"--head-strategy: this program).")},
	{"what to compare",
		OPT_TEXT(builds.base_strategy, "base-strategy", 0, "S",
			"Strategy to compare with: a name, or the path of a "
			".so file (default: the strategies of the suite).")},
	{"what to compare",
		OPT_TEXT(builds.head_strategy, "head-strategy", 0, "S",
			"Strategy to judge: a name, or the path of a .so "
			"file (default: the strategies of the suite).")},
	{"verdict",
		OPT_TEXT(gate, "gate", 0, "METRIC[:N%],..",
			"Metrics that can fail the check, each with the "
			"slow-down that is tolerated: elapsed, cpu, "
			"overhead, latency-p90, connections and failures "
			"(default elapsed:5%,cpu:5%,connections,failures).")},
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
		"blocks-max", "urls", "allow-remote", "resume", NULL};

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
		.summary = "Runs two builds, or two strategies, side by side, "
			   "and tests whether head is\n"
			   "slower than base. SUITE is as for 'flagrace run'; "
			   "two builds need one, such as\n"
			   "ci. Exit status: 0 pass, 1 regression, 3 "
			   "inconclusive, 4 not measurable.",
		.examples = "  flagrace check ci --base old/flagrace --head "
			    "new/flagrace\n"
			    "  flagrace check --base-strategy ./old.so "
			    "--head-strategy ./new.so\n"
			    "  flagrace check --base-strategy pthread-map "
			    "--head-strategy epoll --gate cpu:10%\n",
		.options = options,
		.operands_max = 1,
	};
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

/* Refuses a command line without two sides or without a suite. */
static int check_sense(const struct check_settings *settings,
	const struct command_line *line, struct fr_error *err)
{
	const struct check_builds *builds = &settings->builds;
	bool binaries = builds->base && builds->head;
	bool strategies = builds->base_strategy && builds->head_strategy;

	if (!binaries && !strategies)
		return fr_error_set(err, EXIT_USAGE,
			"nothing to compare: give --base and --head, or "
			"--base-strategy and --head-strategy");
	if (!builds->base_strategy != !builds->head_strategy)
		return fr_error_set(err, EXIT_USAGE,
			"give both --base-strategy and --head-strategy, or "
			"neither");
	if (strategies && settings->run.sweep.strategy.count &&
		!line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"--strategy cannot be combined with --base-strategy "
			"and --head-strategy, which name the strategies");
	if (!strategies && !line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"two builds need a suite to be compared on, "
			"such as ci");
	return 0;
}

/* The cells of a side. A strategy of its own replaces those of the suite. */
static int make_plan(struct plan *plan, struct run_settings *run,
	const char *strategy, struct fr_error *err)
{
	struct exec_list programs = {0};
	int rc = 0;

	if (strategy) {
		texts_release(&run->sweep.strategy);
		texts_release(&run->include);
		rc = texts_add(&run->sweep.strategy, strategy, strlen(strategy),
			"strategy");
	}
	rc = rc ? fr_error_memory(err)
		: run_settings_plan(run, plan, &programs, err);
	exec_list_release(&programs);
	return rc;
}

/* The cells of both sides; cell i of base is compared with cell i of head. */
static int make_plans(struct plan plans[2], struct check_settings *settings,
	struct fr_error *err)
{
	const struct check_builds *builds = &settings->builds;

	if (settings->run.exec.count)
		return fr_error_set(err, EXIT_USAGE,
			"%s: a check compares strategies, not programs",
			settings->run.exec.at[0].where);
	if (make_plan(&plans[0], &settings->run, builds->base_strategy, err) <
			0 ||
		make_plan(&plans[1], &settings->run, builds->head_strategy,
			err) < 0)
		return -1;
	/* Both sides run the same instructions as work. */
	plan_calibrate(&plans[0], 0);
	plan_calibrate(&plans[1], plans[0].rounds_per_ms);
	if (cell_limits_check_all(&plans[0], true, err) < 0 ||
		cell_limits_check_all(&plans[1], true, err) < 0)
		return run_settings_place(&settings->run, err);
	if (plans[0].count != plans[1].count)
		return fr_error_set(err, EXIT_USAGE,
			"the settings make %zu cells with base's strategy and "
			"%zu with head's: ask for one concurrency",
			plans[0].count, plans[1].count);
	return 0;
}

static const char *label(const char *binary, const char *strategy)
{
	return strategy ? strategy : binary;
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
	(void)snprintf(report->base, sizeof(report->base), "%s",
		label(builds->base, builds->base_strategy));
	(void)snprintf(report->head, sizeof(report->head), "%s",
		label(builds->head, builds->head_strategy));
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
	const struct check_choices *choices, const struct plan plans[2],
	int log_fd, struct fr_error *err)
{
	struct check_sides *sides = calloc(1, sizeof(*sides));
	struct check_report *report = NULL;
	const struct check_job job = {
		.plan = &plans[0],
		.head_plan = &plans[1],
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
	struct plan plans[2] = {{0}};
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
		rc = make_plans(plans, &settings, err);
	if (!rc)
		rc = check_reports_prepare(&settings.reports, err);
	if (!rc)
		rc = check_log_open(&log_fd, settings.log, err);
	if (!rc)
		rc = measure(&settings, &choices, plans, log_fd, err);
	if (log_fd >= 0)
		close(log_fd);
	plan_release(&plans[0]);
	plan_release(&plans[1]);
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
