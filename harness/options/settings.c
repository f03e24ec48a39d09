/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "harness/base/nearest.h"
#include "harness/options/suite.h"
#include "harness/plan/latency_names.h"
#include "harness/plan/ready.h"
#include "harness/runs/summary.h"
#include "harness/trial/trial.h" /* TRIAL_REST_S, for a help text */
#include "harness/view/sheet.h"
#include "mock_server/mock_server.h"

#define OPTIONS_OF struct run_settings

/* A number that is defined elsewhere, for a help text. */
#define TEXT_OF_TOKEN(token) #token
#define TEXT_OF(macro)       TEXT_OF_TOKEN(macro)

#define SETTING(member, option, letter, argument, list, help, ...) \
	{"workload", OPT_##list(sweep.option, #option, letter, argument, help)},

const struct option_spec run_options[] = {
	{"what to race",
		OPT_LIST(sweep.strategy, "strategy", 's', "S,..",
			"Strategies to race: names from 'flagrace list', paths "
			"of .so files, or all. Each may name a concurrency, as "
			"in openmp@8 (default all,pthread-as-completed@3).")},
	{"what to race",
		OPT_LIST(sweep.concurrency, "concurrency", 'c', "N,..",
			"The most requests in flight, for strategies that "
			"do not name a concurrency (default 20).")},
	/* clang-format off */
	WORKLOAD_ALL(SETTING)
	/* clang-format on */
	{"how often",
		OPT_AUTO(blocks, "blocks", 'b', "N", 1, 100000,
			"How often each cell is run. Each block runs all cells "
			"once, in a new order. auto: run blocks until every "
			"median is known precisely enough (default 20).")},
	{"how often",
		OPT_NUMBER(precision, "precision", 0, "PERCENT", 1, 100,
			"With --blocks auto: stop when every 95 % interval "
			"is narrower than this percentage of its median "
			"(default 2).")},
	{"how often",
		OPT_NUMBER(blocks_min, "blocks-min", 0, "N", 1, 100000,
			"With --blocks auto: run at least N blocks (default "
			"6, the fewest that give an interval).")},
	{"how often",
		OPT_NUMBER(blocks_max, "blocks-max", 0, "N", 1, 100000,
			"With --blocks auto: stop after N blocks at the "
			"latest (default 100).")},
	{"how often",
		OPT_NUMBER(warmup, "warmup", 'w', "N", 0, 1000,
			"Run N blocks before the others, and leave them out "
			"of the summary (default 1).")},
	{"how often",
		OPT_TEXT(shard, "shard", 0, "K/N",
			"Run only every N-th block, from block K on: the N "
			"shards of a run, each run on a machine of its own, "
			"have the trials of the whole run (docs/HOSTS.md).")},
	{"how often",
		OPT_NUMBER(hosts_min, "hosts-min", 0, "N", 0, 4096,
			"Go on while so many hosts of flagrace-mpi are left "
			"(default 0: end when one is lost).")},
	{"workload",
		OPT_NUMBER(seed, "seed", 0, "N", 0, INT64_MAX,
			"Seed of the random order of cells, and of each "
			"block's delays, faults and arrivals (default 1).")},
	{"what to race",
		OPT_ENTRIES(include, "include", 0, "ENTRY",
			"Add cells, as in 'strategy=openmp "
			"concurrency=4,8'. Settings that the entry does not "
			"name have the values of the other options. Repeat "
			"the option for another entry.")},
	{"what to race",
		OPT_ENTRIES(exclude, "exclude", 0, "ENTRY",
			"Leave out the cells that have, for each setting "
			"the entry names, one of the values listed there. "
			"Repeat the option for another entry.")},
	{"workload",
		OPT_PAIRS(latency_name, "latency-name", 0, "NAME=SPEC",
			"Name a latency: after "
			"wan=lognormal:p50=40ms,p99=400ms, --latency wan "
			"means that distribution. Repeat the option for "
			"another name.")},
	{"what to race",
		OPT_PAIRS(exec, "exec", 'x', "NAME=CMD",
			"Race a program, too, as in 'curl=curl -qsZ "
			"--parallel-max {concurrency} --config "
			"{urls_curl}'. @FILE reads programs from a file, "
			"one a line. Other placeholders: {url} {urls} "
			"{requests} {out} {here}; {cacert} is a file with the "
			"certificates to trust, for --tls; {work_ns} is what "
			"--work asks for; {nothing} marks a program that requests "
			"no item, {plain} one without TLS. Repeat the option for another program.")},
	{"what to race",
		OPT_PAIRS(program, "program", 0, "NAME=CMD",
			"Race a resident program, too: it starts before the "
			"clock, says READY, is told its job, and downloads "
			"between GO and DONE (docs/PROGRAMS.md), as in "
			"'mine=python3 mine.py'. @FILE and placeholders are "
			"as for --exec. Repeat the option for another "
			"program.")},
	{"target",
		OPT_TEXT(url, "url", 'u', "URL",
			"Use the server at URL, such as "
			"http://127.0.0.1:8001, instead of starting one. If "
			"that server is not a 'flagrace serve', the trials "
			"request its flags and are unwitnessed: only the "
			"client's account is judged.")},
	{"target",
		OPT_TEXT(urls, "urls", 0, "FILE",
			"Download the http and https URLs listed in FILE, one "
			"a line, over and over. The trials are unwitnessed.")},
	{"target",
		OPT_FLAG(allow_remote, "allow-remote", 0,
			"Let --url and --urls name other machines. Ask "
			"their owners first: a run is a load test.")},
	{"target",
		OPT_TEXT(cacert, "cacert", 0, "FILE",
			"Trust the certificates in FILE (PEM) for https, "
			"instead of those of the system.")},
	{"target",
		OPT_FLAG(insecure, "insecure", 0,
			"Accept any certificate for https.")},
	{"output",
		OPT_TEXT(out, "out", 'o', "DIR",
			"Folder for the run; must be new or empty (default "
			"results/TIME-SUITE).")},
	{"output",
		OPT_TEXT(resume, "resume", 0, "DIR",
			"Continue the interrupted run in DIR with the "
			"settings it was started with. DIR must be yours, "
			"because its run.json names the programs to run.")},
	{"output",
		OPT_TEXT(format, "format", 'f', "FORMAT",
			"Print the summary as table, csv, json or markdown "
			"(default table)."),
		.words = table_format_names},
	{"output",
		OPT_TEXT(clock, "clock", 0, "CLOCK",
			"Rank by total time (set-up, downloads and "
			"clean-up) or by elapsed time (downloads only) "
			"(default total)."),
		.words = summary_clock_names},
	{"output",
		OPT_FLAG(dry_run, "dry-run", 0,
			"Print the cells, the number of trials and about "
			"how long they take; run nothing.")},
	{"output", OPT_FLAG(quiet, "quiet", 'q', "Show no progress.")},
	{0},
};

static int unknown_suite(const char *name, struct fr_error *err)
{
	const char *names[32], *nearest;
	size_t n = 0;

	for (; n < 31 && ready_suite(n); n++)
		names[n] = ready_suite(n)->name;
	names[n] = NULL;
	nearest = nearest_word(name, names);
	return fr_error_set(err, EXIT_USAGE,
		"no ready suite is called '%.60s'%s%s%s (see 'flagrace list'; a "
		"file is written as a path, as in ./%.60s.yaml)",
		name, nearest ? "; did you mean " : "", nearest ? nearest : "",
		nearest ? "?" : "", name);
}

/* The part of a path that names the suite, in letters that any folder takes. */
static void name_suite(char name[64], const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dot;

	(void)snprintf(name, 64, "%.63s", slash ? slash + 1 : path);
	dot = strrchr(name, '.');
	if (dot && dot != name)
		*dot = '\0';
	for (char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			*c = '-';
}

static bool is_path(const char *word)
{
	size_t length = strlen(word);

	return strchr(word, '/') ||
		(length > 5 && strcmp(word + length - 5, ".yaml") == 0) ||
		(length > 4 && strcmp(word + length - 4, ".yml") == 0);
}

static int read_ready(struct suite_file *file, const struct ready_suite *suite,
	struct fr_error *err)
{
	return suite_file_parse(
		file, suite->text, strlen(suite->text), suite->name, err);
}

/* The suite of that word, into settings->file. */
static int read_suite(
	struct run_settings *settings, const char *word, struct fr_error *err)
{
	const struct ready_suite *ready = ready_find(word);

	name_suite(settings->suite, word);
	if (is_path(word))
		return suite_file_read(&settings->file, word, err);
	return ready ? read_ready(&settings->file, ready, err)
		     : unknown_suite(word, err);
}

/* Whether the server takes it; if not, *why says what is wrong with it. */
static bool is_latency(const char *text, struct mock_error *why)
{
	static const char *const path = "/flags/cn/cn.gif";
	const struct mock_setting latency = {"latency", text};
	const struct mock_requests requests = {.paths = &path,
		.path_count = 1,
		.settings = &latency,
		.settings_count = 1};
	struct mock_answer answer;

	return mock_server_preview(&answer, 1, &requests, why) == 0;
}

/* Checks all names, also those that no latency uses. */
static int check_latency_names(const struct texts *names, struct fr_error *err)
{
	int rc = latency_names_check(names, err);

	for (size_t i = 0; i < names->count && !rc; i++) {
		const struct text *pair = &names->at[i];
		size_t length = strcspn(pair->text, "=");
		char name[128];
		struct mock_error why = {""};

		(void)snprintf(
			name, sizeof(name), "%.*s", (int)length, pair->text);
		if (!is_latency(pair->text + length + 1, &why))
			rc = fr_error_set(err, EXIT_USAGE, "%s: %s",
				pair->where, why.text);
		else if (is_latency(name, &why))
			rc = fr_error_set(err, EXIT_USAGE,
				"%s '%.60s': %s is a latency itself and cannot "
				"be the name of another",
				pair->where, pair->text, name);
	}
	return rc;
}

/* Refuses a suite with the keys `resume` and `shard`. */
static int refuse_keys(const struct suite_file *file, struct fr_error *err)
{
	for (size_t i = 0; i < file->count; i++) {
		bool resume = strcmp(file->keys[i].name, "resume") == 0;

		if (resume || strcmp(file->keys[i].name, "shard") == 0)
			return fr_error_set(err, EXIT_USAGE,
				"%s: is for the command line alone: %s",
				file->keys[i].where,
				resume ? "the run in the folder has its own "
					 "settings"
				       : "all shards of a run have the same "
					 "suite");
	}
	return 0;
}

/* Whether options alone make another run than the headline's. */
static bool is_custom(const struct run_settings *given)
{
	bool custom = given->sweep.strategy.count || given->exec.count ||
		given->program.count || given->include.count ||
		given->exclude.count;

	for (const struct dimension *d = dimensions; d->name; d++)
		custom |= sweep_values(&given->sweep, d)->count > 0;
	return custom;
}

int run_settings_load(struct run_settings *settings,
	const struct run_settings *given, const struct command_spec *command,
	const struct command_line *line, struct fr_error *err)
{
	const struct ready_suite *base = ready_find(READY_DEFAULT);
	int operands, rc;

	*settings = (struct run_settings){.format = "table", .clock = "total"};
	(void)snprintf(settings->suite, sizeof(settings->suite), "%s",
		is_custom(given) ? "custom" : base->name);
	rc = read_ready(&settings->base, base, err);
	if (!rc)
		rc = suite_apply(&settings->base, run_options, settings, err);
	if (!rc && line->operand_count)
		rc = read_suite(settings, line->operands[0], err);
	if (!rc)
		rc = suite_apply(&settings->file, run_options, settings, err);
	if (!rc)
		rc = refuse_keys(&settings->file, err);
	if (!rc &&
		options_parse(command, settings, line->argc, line->argv,
			&operands, err) != OPTIONS_OK)
		rc = -1;
	if (!rc)
		rc = check_latency_names(&settings->latency_name, err);
	return rc ? rc
		  : latency_names_resolve(&settings->sweep.latency,
			    &settings->latency_name, err);
}

/* The first option that differs and changes what is run, or NULL. */
static const char *contradicted(const json_t *begun, json_t *given)
{
	static const char *const shown[] = {"out", "resume", "format", "clock",
		"quiet", "dry-run", "hosts-min", NULL};
	const char *name;
	const json_t *value;

	json_object_foreach(given, name, value)
	{
		if (!word_is_one_of(name, shown) &&
			!json_equal(json_object_get(begun, name), value))
			return name;
	}
	return NULL;
}

/* Parses the command line on top of recalled settings. */
static int compare(struct run_settings *settings,
	const struct command_spec *command, const struct command_line *line,
	struct fr_error *err)
{
	json_t *begun = options_describe(command->options, settings);
	json_t *given = NULL;
	const char *name;
	int operands, rc = 0;

	settings->format = "table";
	settings->clock = "total";
	settings->quiet = settings->dry_run = false;
	if (options_parse(command, settings, line->argc, line->argv, &operands,
		    err) != OPTIONS_OK)
		rc = -1;
	if (!rc)
		given = options_describe(command->options, settings);
	name = contradicted(begun, given);
	if (name)
		rc = fr_error_set(err, EXIT_USAGE,
			"--%s is not what the run was started with; a resumed "
			"run keeps its settings",
			name);
	json_decref(begun);
	json_decref(given);
	return rc;
}

int run_settings_recall(struct run_settings *settings,
	const struct run_settings *given, const json_t *run,
	const struct command_spec *command, const struct command_line *line,
	struct fr_error *err)
{
	const char *suite = json_string_value(json_object_get(run, "suite"));
	const char *begun_by = json_string_value(
		json_array_get(json_object_get(run, "command_line"), 1));

	*settings = (struct run_settings){.blocks = 1};
	if (begun_by && strcmp(begun_by, command->name) != 0)
		return fr_error_set(err, EXIT_USAGE,
			"the run was started by 'flagrace %.20s'; resume it "
			"by that command",
			begun_by);
	if (given->out || line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"--resume goes on in the folder and with the suite of "
			"the run; name no other");
	name_suite(settings->suite, suite ? suite : "custom");
	if (options_recall(command->options, json_object_get(run, "settings"),
		    settings, err) < 0)
		return -1;
	return compare(settings, command, line, err);
}

void run_settings_release(struct run_settings *settings)
{
	sweep_release(&settings->sweep);
	texts_release(&settings->include);
	texts_release(&settings->exclude);
	texts_release(&settings->latency_name);
	texts_release(&settings->exec);
	texts_release(&settings->program);
	suite_file_release(&settings->base);
	suite_file_release(&settings->file);
}

bool run_settings_name(const struct run_settings *settings,
	const struct run_settings *given, const char *name)
{
	for (size_t i = 0; i < settings->file.count; i++)
		if (strcmp(settings->file.keys[i].name, name) == 0)
			return true;
	for (const struct dimension *d = dimensions; d->name; d++)
		if (strcmp(d->name, name) == 0)
			return sweep_values(&given->sweep, d)->count > 0;
	return false;
}

json_t *run_settings_describe(const struct run_settings *settings,
	const struct command_spec *command, const struct command_line *line)
{
	const struct suite_file *file =
		settings->file.text ? &settings->file : &settings->base;
	json_t *values = options_describe(command->options, settings);
	json_t *words = json_array();

	json_array_append_new(words, json_string("flagrace"));
	for (int i = 0; i < line->argc; i++) {
		json_t *word = json_string(line->argv[i]);

		/* Not UTF-8: the word's place is kept. */
		json_array_append_new(words, word ? word : json_string("?"));
	}
	return json_pack("{s:o, s:s, s:s*, s:o}", "command_line", words,
		"suite", settings->suite, "suite_text", file->text, "settings",
		values);
}
