/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/trials.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/nearest.h"
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
			return fr_error_set(err, EXIT_INVALID, "out of memory");
		reading.path = path;
		rc = csv_read(
			path, &trial_schema, take_row, &reading, &half, err);
		*torn |= half;
		free(path);
	}
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
