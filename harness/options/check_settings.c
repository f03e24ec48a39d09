/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/check_settings.h"

#include <string.h>

#include "harness/options/choose.h"

#define OPTIONS_OF struct check_settings

static const struct option_spec own_options[] = {
	{"what to compare",
		OPT_TEXT(builds.base.binary, "base", 0, "BINARY",
			"The flagrace program to compare with (default with "
			"--base-strategy, --base-exec or --base-program: "
			"this program).")},
	{"what to compare",
		OPT_TEXT(builds.head.binary, "head", 0, "BINARY",
			"The flagrace program to judge (default with "
			"--head-strategy, --head-exec or --head-program: "
			"this program).")},
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
		OPT_TEXT(builds.base.program, "base-program", 0, "NAME=COMMAND",
			"Resident program to compare with: a template as for "
			"'flagrace run --program'.")},
	{"what to compare",
		OPT_TEXT(builds.head.program, "head-program", 0, "NAME=COMMAND",
			"Resident program to judge.")},
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
		OPT_NUMBER(blocks_max, "blocks-max", 0, "N", 1,
			CHECK_BLOCKS_MAX,
			"Measure N blocks of each cell at most. The check "
			"looks at 8 blocks, then at half as many again, and "
			"ends when every gated row is decided (default 93).")},
	{"verdict",
		OPT_NUMBER(pressure, "pressure", 0, "PERCENT", 0, 100,
			"Wait, for 20 s at most, until tasks wait for a CPU "
			"during less than PERCENT of the last 10 s, and "
			"leave a block out if they wait for more or if the "
			"host takes CPU time (steal), up to a quarter of the "
			"blocks. 100 disables this; with --cpus, only steal "
			"counts (default 60).")},
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
			"go-benchmark (default table)."),
		.words = check_format_names},
	{"output",
		OPT_TEXTS(reports, "report", 0, "FORMAT=FILE",
			"Also write the report to a file, such as "
			"junit=check.xml. Repeat the option for another "
			"file.")},
	{0},
};

struct option_spec *check_options_join(void)
{
	/* Of the options of `flagrace run`, those that make no sense here. */
	static const char *const without[] = {"blocks", "warmup", "exec",
		"program", "url", "out", "format", "clock", "dry-run",
		"precision", "blocks-min", "blocks-max", "urls", "allow-remote",
		"cacert", "insecure", "resume", "shard", "hosts", "hosts-min",
		NULL};

	return options_join(own_options, run_options, without);
}

struct command_spec check_command(const struct option_spec *options)
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
			    "--head-exec 'new=./new {urls}'\n"
			    "  flagrace check --base-program 'old=./old' "
			    "--head-program 'new=./new' --requests 200\n",
		.options = options,
		.operands_max = 1,
	};
}

int check_choices_make(struct check_choices *choices,
	const struct check_settings *settings, struct fr_error *err)
{
	static const char *const answers[] = {"fail", "pass", NULL};
	int format = run_settings_choose(&settings->run, "--format",
		settings->run.format, check_format_names, err);
	int answer = format < 0 ? -1
				: choose_word("--inconclusive",
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

/* Refuses a side that is both a strategy and a program, or two programs. */
static int check_side(
	const struct check_build *build, const char *side, struct fr_error *err)
{
	bool first_is_strategy = build->strategy;

	if (!!build->strategy + !!build->exec + !!build->program < 2)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"--%s-%s and --%s-%s cannot be combined: a side is a strategy "
		"or a program",
		side, first_is_strategy ? "strategy" : "exec", side,
		first_is_strategy && build->exec ? "exec" : "program");
}

int check_settings_check(const struct check_settings *settings,
	const struct command_line *line, struct fr_error *err)
{
	const struct check_build *base = &settings->builds.base;
	const struct check_build *head = &settings->builds.head;
	bool base_is_own = check_build_own(base);
	bool head_is_own = check_build_own(head);

	if (check_side(base, "base", err) < 0 ||
		check_side(head, "head", err) < 0)
		return -1;
	if (!(base->binary && head->binary) && !(base_is_own && head_is_own))
		return fr_error_set(err, EXIT_USAGE,
			"nothing to compare: give --base and --head, or "
			"--base-strategy and --head-strategy, or --base-exec "
			"and --head-exec, or --base-program and "
			"--head-program");
	if (base_is_own != head_is_own)
		return fr_error_set(err, EXIT_USAGE,
			"%s has a strategy or a program of its own and %s has "
			"not: give --base-strategy, --base-exec or "
			"--base-program, and --head-strategy, --head-exec or "
			"--head-program",
			base_is_own ? "base" : "head",
			base_is_own ? "head" : "base");
	if (base_is_own && settings->run.sweep.strategy.count &&
		!line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"--strategy cannot be combined with --base-strategy, "
			"--base-exec and --base-program, which name what is "
			"run");
	if (!base_is_own && !line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"two builds need a suite to be compared on, "
			"such as ci");
	return 0;
}
