/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace export`: finished runs as an SQLite database. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/export/export.h"
#include "harness/options/command.h"
#include "harness/runs/latest.h"

enum { RUNS_MAX = 1000 };

struct export_settings {
	const char *out;
	bool force;
};

#define OPTIONS_OF struct export_settings

static const struct option_spec options[] = {
	{OPT_TEXT(out, "out", 'o', "FILE",
		"Path of the database. An earlier export there is replaced.")},
	{OPT_FLAG(
		force, "force", 0, "Replace FILE even if no export made it.")},
	{0},
};

static const struct command_spec command = {
	.name = "export",
	.usage = "RUN.. --out FILE [options]",
	.summary = "Writes runs into an SQLite database: the tables runs, "
		   "cells, trials and\n"
		   "requests, whose columns are those of the CSV files, and "
		   "some views\n"
		   "(docs/EXPORT.md).",
	.examples = "  flagrace export latest --out runs.sqlite\n"
		    "  flagrace export results/*/ --out runs.sqlite\n"
		    "  sqlite3 -box runs.sqlite 'SELECT * FROM ranking'\n",
	.options = options,
	.operands_max = RUNS_MAX,
};

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void tell(
	const struct export_terms *terms, const struct export_counts *counts)
{
	if (counts->left_out)
		fprintf(stderr,
			"warning: %" PRIu64 " request%s left out: the trial "
			"was cut off\n",
			counts->left_out, plural(counts->left_out));
	printf("%s: %zu run%s, %" PRIu64 " cell%s, %" PRIu64 " trial%s, "
	       "%" PRIu64 " request%s\n",
		terms->out, terms->runs, plural(terms->runs), counts->cells,
		plural(counts->cells), counts->trials, plural(counts->trials),
		counts->requests, plural(counts->requests));
}

static int export(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct export_settings *settings = arg;
	const char **runs = (const char **)line->operands;
	struct export_terms terms = {.run_dirs = runs,
		.runs = (size_t)line->operand_count,
		.out = settings->out,
		.force = settings->force};
	struct export_counts counts;
	char latest[LATEST_MAX];
	int rc;

	if (!terms.runs)
		return fr_error_set(err, EXIT_USAGE,
			"expected a run's folder, such as latest or "
			"results/reference");
	if (!terms.out || !terms.out[0])
		return fr_error_set(err, EXIT_USAGE,
			"expected --out FILE, such as --out runs.sqlite");
	if (latest_replace(runs, terms.runs, latest, err) < 0)
		return -1;
	terms.stop_fd = interrupt_open();
	rc = export_sqlite(&counts, &terms, err);
	close(terms.stop_fd);
	if (rc)
		return -1;
	tell(&terms, &counts);
	return EXIT_OK;
}

int cmd_export(int argc, char **argv)
{
	struct export_settings settings = {.out = NULL};

	return command_run(&command, &settings, argc, argv, export);
}
