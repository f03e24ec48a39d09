/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace report`: finished runs, and a check, as one HTML file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/cli/shard_runs.h"
#include "harness/options/command.h"
#include "harness/report/report.h"
#include "harness/runs/latest.h"
#include "harness/runs/trials.h"

enum { RUNS_MAX = SHARDS_MAX };

struct report_settings {
	const char *out;
};

#define OPTIONS_OF struct report_settings

static const struct option_spec options[] = {
	{OPT_TEXT(out, "out", 'o', "FILE",
		"Write the report to this file, or replace it (default "
		"report.html in the first run's folder, or beside the check's "
		"report).")},
	{0},
};

static const struct command_spec command = {
	.name = "report",
	.usage = "RUN.. [CHECK.json] [options]",
	.summary = "Writes one HTML file that needs no network and no other "
		   "file: the answer, the\n"
		   "ranked tables, the plots with their values, the requests "
		   "of any trial, what was\n"
		   "not valid and why, and the command to repeat each run. "
		   "Several runs stand beside\n"
		   "each other; the shards of a run are one run. Of the JSON "
		   "report of a check, adds its "
		   "verdict and changes.\n"
		   "latest is the newest run in results/.",
	.examples = "  flagrace report latest\n"
		    "  flagrace report results/reference latest "
		    "--out both.html\n"
		    "  flagrace report latest check.json\n",
	.options = options,
	.operands_max = RUNS_MAX,
};

/*
 * Takes the report of a check, which is a file, out of the operands. Returns how
 * many are left, or -1 with *err: there are several.
 */
static int take_check(
	const char **check, char **operands, int count, struct fr_error *err)
{
	struct stat what;
	int kept = 0;

	for (int i = 0; i < count; i++) {
		if (stat(operands[i], &what) || !S_ISREG(what.st_mode)) {
			operands[kept++] = operands[i];
			continue;
		}
		if (*check)
			return fr_error_set(err, EXIT_USAGE,
				"%.200s and %.200s are files: a report takes "
				"one check",
				*check, operands[i]);
		*check = operands[i];
	}
	return kept;
}

/* The file's usual name, which the caller frees; NULL: no memory. */
static char *usual_name(const struct report_terms *terms)
{
	const char *slash = terms->runs ? NULL : strrchr(terms->check, '/');
	char *name = NULL;
	int rc;

	if (terms->runs)
		rc = asprintf(&name, "%s/report.html", terms->run_dirs[0]);
	else if (slash)
		rc = asprintf(&name, "%.*s/report.html",
			(int)(slash - terms->check), terms->check);
	else
		rc = asprintf(&name, "report.html");
	return rc < 0 ? NULL : name;
}

/* Returns the exit status, or -1 with *err. */
static int write_report(struct report_terms *terms, struct fr_error *err)
{
	struct fr_error note;
	int rc;

	terms->stop_fd = interrupt_open();
	rc = report_write(terms, &note, err);
	close(terms->stop_fd);
	if (rc)
		return -1;
	if (note.text[0])
		fprintf(stderr, "warning: %s\n", note.text);
	printf("%s\n", terms->out);
	return EXIT_OK;
}

/* As write_report; shards are made one run before. */
static int report_runs(const struct report_terms *given, struct fr_error *err)
{
	struct report_terms terms = *given;
	struct shard_runs shards;
	char name[64];
	int rc =
		shard_runs_open(&shards, terms.run_dirs, terms.runs, true, err);

	if (!rc && shards.folder) {
		(void)snprintf(
			name, sizeof(name), "%zu shards", shards.shards.given);
		terms.run_dirs = &shards.folder;
		terms.runs = 1;
		terms.name = name;
	} else if (!rc && terms.runs)
		rc = trials_survey(NULL, terms.run_dirs, terms.runs, err);
	if (!rc)
		rc = write_report(&terms, err);
	if (!rc && shards.lacking)
		rc = EXIT_INVALID;
	shard_runs_close(&shards);
	return rc;
}

static int report(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct report_settings *settings = arg;
	struct report_terms terms = {.out = settings->out};
	char latest[LATEST_MAX], *name = NULL;
	int runs, rc;

	if (!line->operand_count)
		return fr_error_set(err, EXIT_USAGE,
			"expected a run's folder, such as results/reference or "
			"latest, or a check's report in JSON");
	runs = take_check(
		&terms.check, line->operands, line->operand_count, err);
	if (runs < 0)
		return -1;
	terms.runs = (size_t)runs;
	terms.run_dirs = (const char *const *)line->operands;
	if (latest_replace(
		    (const char **)line->operands, terms.runs, latest, err))
		return -1;
	if (!terms.out)
		terms.out = name = usual_name(&terms);
	rc = terms.out ? report_runs(&terms, err) : fr_error_memory(err);
	free(name);
	return rc;
}

int cmd_report(int argc, char **argv)
{
	struct report_settings settings = {.out = NULL};

	return command_run(&command, &settings, argc, argv, report);
}
