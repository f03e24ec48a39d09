/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/trials.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/nearest.h"
#include "harness/record/csv.h"

struct reading {
	trials_fn *take;
	void *ctx;
	size_t run;
	const char *path;
};

static int take_row(void *ctx, const void *row, struct fr_error *err)
{
	const struct reading *reading = ctx;
	const struct trial_row *trial = row;

	if (trial->schema_version > ROWS_SCHEMA_VERSION)
		return fr_error_set(err, EXIT_USAGE,
			"%s: written by a newer flagrace: schema_version is "
			"%" PRIu64 ", and this one reads up to %d",
			reading->path, trial->schema_version,
			ROWS_SCHEMA_VERSION);
	if (trial->block <= 0)
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

int trials_read(const char *const *run_dirs, size_t runs, trials_fn *take,
	void *ctx, bool *torn, struct fr_error *err)
{
	int rc = 0;

	*torn = false;
	for (size_t i = 0; i < runs && !rc; i++) {
		struct reading reading = {.take = take, .ctx = ctx, .run = i};
		bool half = false;
		char *path = NULL;

		if (asprintf(&path, "%s/%s", run_dirs[i], trial_schema.file) <
			0)
			return fr_error_memory(err);
		reading.path = path;
		rc = trials_find(run_dirs[i], err);
		if (!rc)
			rc = csv_read(path, &trial_schema, take_row, &reading,
				&half, err);
		*torn |= half;
		free(path);
	}
	return rc;
}

/* What identifies a run, wherever its folder has been copied to. */
struct identity {
	char name[sizeof(((struct trial_row *)0)->run)];
	char started_at[sizeof(((struct trial_row *)0)->started_at)];
};

static int identify(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct identity *identity = (struct identity *)ctx + run;

	(void)err;
	if (!identity->name[0])
		memcpy(identity->name, trial->run, sizeof(identity->name));
	if (trial->started_at[0] &&
		(!identity->started_at[0] ||
			strcmp(trial->started_at, identity->started_at) < 0))
		memcpy(identity->started_at, trial->started_at,
			sizeof(identity->started_at));
	return 0;
}

/* A run without a trial has no name; it adds no trials either. */
static bool are_same(const struct identity *a, const struct identity *b)
{
	return a->name[0] && !strcmp(a->name, b->name) &&
		!strcmp(a->started_at, b->started_at);
}

int trials_refuse_twice(
	const char *const *run_dirs, size_t runs, struct fr_error *err)
{
	struct identity *known = calloc(runs + 1, sizeof(*known));
	bool torn;
	int rc;

	if (!known)
		return fr_error_memory(err);
	rc = trials_read(run_dirs, runs, identify, known, &torn, err);
	for (size_t i = 1; i < runs && !rc; i++)
		for (size_t j = 0; j < i && !rc; j++)
			if (are_same(&known[j], &known[i]))
				rc = fr_error_set(err, EXIT_USAGE,
					"%s and %s are the same run",
					run_dirs[j], run_dirs[i]);
	free(known);
	return rc;
}

int trials_refuse_reference(const char *reference,
	const char *const *strategies, struct fr_error *err)
{
	const char *nearest = nearest_word(reference, strategies);

	return fr_error_set(err, EXIT_USAGE,
		"--reference '%.60s': no such strategy was run%s%s%s",
		reference, nearest ? "; did you mean '" : "",
		nearest ? nearest : "", nearest ? "'?" : "");
}

bool trial_gives_figures(const struct trial_row *trial)
{
	return trial_verdict_counts(trial->verdict);
}
