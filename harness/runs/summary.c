/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From trial rows to cells: which trials belong together, and how they ended.
 * What is made of a cell's trials is summary_rank.c's.
 */
#include "harness/runs/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/base/xxh3.h"
#include "harness/judge/silent.h"
#include "harness/runs/summary_cells.h"
#include "harness/runs/trials.h"

enum { CELLS_MAX = 4096, INDEX_SIZE = 4 * CELLS_MAX };

static bool same_group(const struct summary_row *a, const struct trial_row *b)
{
	return workload_compare_work(&a->workload, &b->workload) == 0;
}

/* Of the same group. */
static bool same_cell(const struct summary_row *a, const struct trial_row *b)
{
	return a->concurrency == b->concurrency &&
		!strcmp(a->strategy, b->strategy) &&
		!strcmp(a->protocol, b->protocol) &&
		!strcmp(a->workload.connections, b->workload.connections) &&
		!strcmp(a->samples, b->samples);
}

static void init_row(struct summary_row *row, const struct trial_row *trial)
{
	row_init(&summary_schema, row);
	memcpy(row->strategy, trial->strategy, sizeof(row->strategy));
	row->concurrency = trial->concurrency;
	row->workload = trial->workload;
	memcpy(row->protocol, trial->protocol, sizeof(row->protocol));
	memcpy(row->samples, trial->samples, sizeof(row->samples));
	row->trials = 0;
	row->parts = (struct summary_parts){NAN, NAN, NAN, NAN, NAN};
	row->not_held = 0;
	row->listen_queue = 0;
	row->quota = 0;
	memset(row->verdicts, 0, sizeof(row->verdicts));
}

/* Cells that are the same have the same; most others have another. */
static size_t hash_of(const struct trial_row *trial)
{
	uint64_t hash = XXH3_64bits_withSeed(
		trial->strategy, strlen(trial->strategy), trial->concurrency);

	return (hash ^ workload_hash(&trial->workload)) % INDEX_SIZE;
}

/* The trial's cell, made if it is the first of it; NULL: no memory or room. */
static struct cell *find_cell(
	struct making *making, const struct trial_row *trial)
{
	size_t place = hash_of(trial);
	uint64_t group = 0;
	struct cell *cell;

	if (!making->index)
		making->index = calloc(INDEX_SIZE, sizeof(*making->index));
	if (!making->index)
		return NULL;
	for (; making->index[place]; place = (place + 1) % INDEX_SIZE) {
		cell = &making->cells[making->index[place] - 1];
		if (same_group(&cell->row, trial) &&
			same_cell(&cell->row, trial))
			return cell;
	}
	for (size_t i = making->count; i-- > 0 && !group;)
		if (same_group(&making->cells[i].row, trial))
			group = making->cells[i].row.group;
	if (making->count == CELLS_MAX ||
		array_grow((void **)&making->cells, making->count,
			&making->capacity, sizeof(*cell)))
		return NULL;
	cell = &making->cells[making->count++];
	making->index[place] = (uint32_t)making->count;
	*cell = (struct cell){.series = {.points = NULL}};
	init_row(&cell->row, trial);
	cell->row.group = group ? group : ++making->groups;
	return cell;
}

/* Adds up how its requests ended; files of old may not say. */
static void count_requests(
	struct summary_row *row, const struct trial_row *trial)
{
	if (trial->ok == FR_UNKNOWN)
		return;
	if (row->requests_ok == FR_UNKNOWN) {
		row->requests_ok = 0;
		row->requests_failed = 0;
	}
	row->requests_ok += trial->ok;
	if (trial->ok < trial->workload.requests)
		row->requests_failed += trial->workload.requests - trial->ok;
}

/* A trial whose figures count. */
static void count_figures(struct cell *cell, const struct trial_row *trial)
{
	count_requests(&cell->row, trial);
	causes_read(&cell->causes, trial->failures);
	if (!strcmp(trial->rate_held, "no"))
		cell->row.not_held++;
	cell->row.listen_queue += !strcmp(trial->bound_by, SILENT_LISTEN_QUEUE);
	cell->row.quota += !strcmp(trial->bound_by, SILENT_QUOTA);
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct making *making = ctx;
	struct cell *cell = find_cell(making, trial);

	if (!cell ||
		(trial_gives_figures(trial) &&
			series_add(&cell->series, run, trial, making->measures,
				making->measure_count)))
		return fr_error_set(err, EXIT_INVALID,
			"%s: more cells or trials than memory or the limits "
			"of %d and %d hold",
			trial_schema.file, CELLS_MAX, SERIES_POINTS_MAX);
	cell->row.trials++;
	cell->row.verdicts[trial->verdict]++;
	if (trial_gives_figures(trial))
		count_figures(cell, trial);
	else if (!cell->row.reason[0])
		memcpy(cell->row.reason, trial->reason,
			sizeof(cell->row.reason));
	return 0;
}

/* Takes over the rows of the cells. Returns NULL when out of memory. */
static struct summary *finish(struct making *making, bool torn)
{
	struct summary *summary = calloc(1, sizeof(*summary));

	if (!summary)
		return NULL;
	summary->rows = calloc(making->count, sizeof(*summary->rows));
	if (!summary->rows) {
		free(summary);
		return NULL;
	}
	summary->clock = making->terms->clock;
	memcpy(summary->reference, making->reference,
		sizeof(summary->reference));
	summary->torn = torn;
	summary->count = making->count;
	for (size_t i = 0; i < making->count; i++) {
		summary->rows[i] = making->cells[i].row;
		causes_sort(&making->cells[i].causes);
		causes_write(summary->rows[i].failures,
			sizeof(summary->rows[i].failures),
			&making->cells[i].causes);
		if (summary->rows[i].trials > summary->blocks)
			summary->blocks = summary->rows[i].trials;
	}
	return summary;
}

int summary_create(struct summary **out, const char *const *run_dirs,
	size_t runs, const struct summary_terms *terms, struct fr_error *err)
{
	struct making making = {.terms = terms};
	bool torn = false;
	int rc = cells_measures(&making, err);

	*out = NULL;
	if (!rc)
		rc = trials_read(
			run_dirs, runs, take_trial, &making, &torn, err);
	if (!rc && !making.count)
		rc = fr_error_set(err, EXIT_INVALID,
			"%s/%s: no trial outside warm-up", run_dirs[0],
			trial_schema.file);
	if (!rc)
		rc = cells_estimate_and_rank(&making, err);
	if (!rc) {
		*out = finish(&making, torn);
		if (!*out)
			rc = fr_error_memory(err);
	}
	for (size_t i = 0; i < making.count; i++)
		series_release(&making.cells[i].series);
	free(making.cells);
	free(making.index);
	return rc;
}

void summary_free(struct summary *summary)
{
	if (!summary)
		return;
	free(summary->rows);
	free(summary);
}
