/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an advice is asked for: its own options, and those of `flagrace run`. */
#ifndef HARNESS_OPTIONS_ADVISE_SETTINGS_H
#define HARNESS_OPTIONS_ADVISE_SETTINGS_H

#include "harness/options/settings.h"

struct advise_settings {
	/* Must be first: run_options writes its values here. */
	struct run_settings run;
	struct texts without, order;
	uint64_t cores;   /* 0: all that may be used */
	const char *like; /* a URL; NULL: none */
};

/*
 * The options of an advice, which has no use for some of `flagrace run`. The
 * caller frees the table. NULL: no memory.
 */
struct option_spec *advise_options_join(void);

/* The command with these options, for its help. */
struct command_spec advise_command(const struct option_spec *options);

/*
 * Completes settings that are loaded: all strategies and some concurrencies,
 * unless they are given, and few enough blocks. Returns 0, or -1 with *err.
 */
int advise_settings_complete(struct advise_settings *settings,
	const struct advise_settings *given, struct fr_error *err);

/* Releases what the settings have besides those of run. */
void advise_settings_release(struct advise_settings *settings);

#endif
