/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run is asked to do: the settings of the ready suite "headline", over
 * them those of the suite that is named, over them the options. One table has
 * every setting; it parses options and suites, and describes them.
 */
#ifndef HARNESS_OPTIONS_SETTINGS_H
#define HARNESS_OPTIONS_SETTINGS_H

#include "harness/options/command.h"
#include "harness/options/options.h"
#include "harness/plan/plan.h"
#include "harness/plan/suite_file.h"
#include "harness/server/server.h"

struct run_settings {
	/* Must be first: include and exclude are read by the same table. */
	struct sweep sweep;
	struct texts include, exclude, latency_name, exec, program;
	const char *url, *urls, *cacert, *out, *resume, *shard, *format, *clock;
	uint64_t blocks; /* 0: auto */
	uint64_t blocks_min, blocks_max, precision, warmup, seed, hosts_min;
	bool quiet, dry_run, allow_remote, insecure;
	/* No options: the suite's name and text, and where texts lie. */
	char suite[64];
	struct suite_file base, file;
};

/* The table of struct run_settings. */
extern const struct option_spec run_options[];

/*
 * Fills *settings for a command line of `command`, which has been parsed once,
 * into *given. The command's table is run_options, or has options of it and
 * options whose members follow *settings in memory; those keep their values
 * unless they are given. An operand is a suite: a path with a / or ending in
 * .yaml, or the name of a ready one. Its keys are run_options. Returns 0, or -1
 * with *err; run_settings_release in either case.
 */
int run_settings_load(struct run_settings *settings,
	const struct run_settings *given, const struct command_spec *command,
	const struct command_line *line, struct fr_error *err);

/*
 * Fills *settings for going on with a run, whose run.json is `run`: what it was
 * started with. Options may say how the run is shown, and may not contradict
 * the rest; a suite may not be named. Texts stay those of `run`. Returns and
 * releases as above.
 */
int run_settings_recall(struct run_settings *settings,
	const struct run_settings *given, const json_t *run,
	const struct command_spec *command, const struct command_line *line,
	struct fr_error *err);

void run_settings_release(struct run_settings *settings);

/*
 * What run.json keeps: the command line, the suite's name and text, and the
 * settings of the command's table as a member of their own. A new object, or
 * NULL: a text is not UTF-8, or there is no memory.
 */
json_t *run_settings_describe(const struct run_settings *settings,
	const struct command_spec *command, const struct command_line *line);

/* Whether an option or a key of the suite that is named gives the setting. */
bool run_settings_name(const struct run_settings *settings,
	const struct run_settings *given, const char *name);

/*
 * Makes the programs and the plan; both are the caller's to release, in any
 * case. Returns 0, or -1 with *err.
 */
int run_settings_plan(const struct run_settings *settings, struct plan *plan,
	struct exec_list *programs, struct fr_error *err);

/* Whether a cell of the plan may have a link. */
bool run_settings_ask_for_link(const struct run_settings *settings);

/* What the server of the run needs, as for server_start. */
unsigned run_settings_server_terms(const struct run_settings *settings);

/*
 * Opens the target: starts the server or uses the one at --url, or else reads
 * the URLs of --urls into an empty list. The caller closes the server on
 * success, and releases the list in any case. Returns 0, or -1 with *err.
 */
int run_settings_target(const struct run_settings *settings,
	struct server *server, struct texts *urls, struct fr_error *err);

/*
 * Puts before a refusal in the server's words, "latency '5x'..", the place in
 * a file where that stands. An option needs none. Returns -1.
 */
int run_settings_place(
	const struct run_settings *settings, struct fr_error *err);

/*
 * choose_word for a setting that is one text, which was written in the
 * suite's file or else as `option`.
 */
int run_settings_choose(const struct run_settings *settings, const char *option,
	const char *text, const char *const *names, struct fr_error *err);

/*
 * For a target that is no witness, which has delays, bodies and faults of its
 * own: empties the server's settings of the suite, and refuses those of `given`
 * and lists of several values. Returns 0, or -1 with *err.
 */
int run_settings_leave_server(struct run_settings *settings,
	const struct run_settings *given, struct fr_error *err);

#endif
