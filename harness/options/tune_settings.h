/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `flagrace tune` is asked: its own options, and those of run. */
#ifndef HARNESS_OPTIONS_TUNE_SETTINGS_H
#define HARNESS_OPTIONS_TUNE_SETTINGS_H

#include "harness/options/settings.h"
#include "harness/race/tune.h"

struct tune_settings {
	/* Must be first: run_options writes its values here. */
	struct run_settings run;
	const char *goal;
	struct texts rates;
	uint64_t tolerance, trials;
	bool poisson;
};

/* The options of tune. The caller frees the table. NULL: no memory. */
struct option_spec *tune_options_join(void);

/* What --format takes, up to NULL. */
extern const char *const tune_format_names[];

/* The command with these options, for its help. */
struct command_spec tune_command(const struct option_spec *options);

/* The values of tune's own options if they are not given. */
void tune_settings_init(struct tune_settings *settings);

/*
 * Makes the terms, and settings->run fit for a plan: concurrencies, requests
 * and arrivals become those that the goal needs. `given` are the options alone;
 * a resumed run has its settings already. Returns 0, or -1 with *err.
 */
int tune_settings_settle(struct tune_terms *terms,
	struct tune_settings *settings, const struct run_settings *given,
	bool resumed, struct fr_error *err);

#endif
