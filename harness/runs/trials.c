/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/trials.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reading {
	trials_fn *take;
	void *ctx;
	size_t run;
	const char *run_dir;
	bool warm_up; /* trials of the warm-up are taken, too */
};

static int take_row(void *ctx, const void *row, struct fr_error *err)
{
	const struct reading *reading = ctx;
	const struct trial_row *trial = row;

	if (trial->schema_version > ROWS_SCHEMA_VERSION)
		return fr_error_set(err, EXIT_USAGE,
			"%s/%s: written by a newer flagrace: schema_version is "
			"%" PRIu64 ", and this one reads up to %d",
			reading->run_dir, trial_schema.file,
			trial->schema_version, ROWS_SCHEMA_VERSION);
	if (trial->block <= 0 && !reading->warm_up)
		return 0;
	return reading->take(reading->ctx, reading->run, trial, err);
}

int trials_find(const char *run_dir, struct fr_error *err)
{
	char *path = NULL;
	int rc = 0;

	if (asprintf(&path, "%s/%s", run_dir, trial_schema.file) < 0)
		return fr_error_memory(err);
	if (access(run_dir, F_OK) < 0)
		rc = fr_error_set(err, fr_status_of(errno),
			"%.300s: %s; name the folder of a run", run_dir,
			strerror(errno));
	else if (access(path, F_OK) < 0 &&
		(errno == ENOENT || errno == ENOTDIR))
		rc = fr_error_set(err, EXIT_USAGE,
			"%.300s is not a run folder: it has no %s", run_dir,
			trial_schema.file);
	free(path);
	return rc;
}

/* As csv_read, of a file in the folder of a run. */
static int read_file(const char *run_dir, const struct row_schema *schema,
	csv_row_fn *take, void *ctx, bool *torn, struct fr_error *err)
{
	char *path = NULL;
	int rc;

	if (asprintf(&path, "%s/%s", run_dir, schema->file) < 0)
		return fr_error_memory(err);
	rc = csv_read(path, schema, take, ctx, torn, err);
	free(path);
	return rc;
}

int requests_read(const char *run_dir, const struct row_schema *schema,
	csv_row_fn *take, void *ctx, struct fr_error *err)
{
	return read_file(run_dir, schema, take, ctx, NULL, err);
}

int connections_read(
	const char *run_dir, csv_row_fn *take, void *ctx, struct fr_error *err)
{
	const struct row_schema *schema = &connection_schema;
	char *path = NULL;
	bool missing;

	if (asprintf(&path, "%s/%s", run_dir, schema->file) < 0)
		return fr_error_memory(err);
	missing = access(path, F_OK) < 0 && errno == ENOENT;
	free(path);
	return missing ? 0 : read_file(run_dir, schema, take, ctx, NULL, err);
}

static int read_run(struct reading *reading, bool *torn, struct fr_error *err)
{
	if (trials_find(reading->run_dir, err))
		return -1;
	return read_file(
		reading->run_dir, &trial_schema, take_row, reading, torn, err);
}

int trials_read(const char *const *run_dirs, size_t runs, trials_fn *take,
	void *ctx, bool *torn, struct fr_error *err)
{
	int rc = 0;

	*torn = false;
	for (size_t i = 0; i < runs && !rc; i++) {
		struct reading reading = {.take = take,
			.ctx = ctx,
			.run = i,
			.run_dir = run_dirs[i]};
		bool half = false;

		rc = read_run(&reading, &half, err);
		*torn |= half;
	}
	return rc;
}

int trials_read_all(const char *run_dir, trials_fn *take, void *ctx, bool *torn,
	struct fr_error *err)
{
	struct reading reading = {
		.take = take, .ctx = ctx, .run_dir = run_dir, .warm_up = true};

	return read_run(&reading, torn, err);
}

static int survey_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct run_survey *survey = (struct run_survey *)ctx + run;

	(void)err;
	if (!survey->name[0])
		memcpy(survey->name, trial->run, sizeof(survey->name));
	if (trial->started_at[0] &&
		(!survey->started_at[0] ||
			strcmp(trial->started_at, survey->started_at) < 0))
		memcpy(survey->started_at, trial->started_at,
			sizeof(survey->started_at));
	survey->valid |= trial_verdict_counts(trial->verdict);
	return 0;
}

/* A run without a trial has no name; it adds no trials either. */
static bool are_same(const struct run_survey *a, const struct run_survey *b)
{
	return a->name[0] && !strcmp(a->name, b->name) &&
		!strcmp(a->started_at, b->started_at);
}

int trials_survey(struct run_survey *surveys, const char *const *run_dirs,
	size_t runs, struct fr_error *err)
{
	struct run_survey *known = calloc(runs + 1, sizeof(*known));
	bool torn;
	int rc;

	if (!known)
		return fr_error_memory(err);
	rc = trials_read(run_dirs, runs, survey_trial, known, &torn, err);
	for (size_t i = 1; i < runs && !rc; i++)
		for (size_t j = 0; j < i && !rc; j++)
			if (are_same(&known[j], &known[i]))
				rc = fr_error_set(err, EXIT_USAGE,
					"%s and %s are the same run",
					run_dirs[j], run_dirs[i]);
	if (surveys)
		memcpy(surveys, known, runs * sizeof(*known));
	free(known);
	return rc;
}
