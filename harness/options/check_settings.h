/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a check is asked to do: its own options, and those of `flagrace run`. */
#ifndef HARNESS_OPTIONS_CHECK_SETTINGS_H
#define HARNESS_OPTIONS_CHECK_SETTINGS_H

#include "harness/check/check_run.h"
#include "harness/options/settings.h"
#include "harness/view/check_formats.h"

struct check_settings {
	/* Must be first: run_options writes its values here. */
	struct run_settings run;
	struct check_builds builds;
	const char *gate, *inconclusive, *log;
	struct texts reports;
	uint64_t pressure, blocks_max;
};

/* The words that stand for a choice, as numbers. */
struct check_choices {
	struct check_gate gate;
	enum check_format format;
	bool forgive;
};

/*
 * The options of a check, which has no use for some of `flagrace run`. The
 * caller frees the table. NULL: no memory.
 */
struct option_spec *check_options_join(void);

/* The command with these options, for its help. */
struct command_spec check_command(const struct option_spec *options);

/* Reads the words of the settings. Returns 0, or -1 with *err. */
int check_choices_make(struct check_choices *choices,
	const struct check_settings *settings, struct fr_error *err);

/*
 * Refuses a command line without two sides or without a suite. Returns 0, or -1
 * with *err.
 */
int check_settings_check(const struct check_settings *settings,
	const struct command_line *line, struct fr_error *err);

#endif
