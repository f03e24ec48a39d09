/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From trial rows to cells: how the trials of each cell ended. The figures and
 * the ranks of the cells are made in summary_rank.c.
 */
#include "harness/runs/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/account/silent.h"
#include "harness/base/array.h"
#include "harness/runs/summary_cells.h"
#include "harness/runs/trials.h"

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

/* Counts a trial whose figures count. */
static void count_figures(
	struct summary_cell *cell, const struct trial_row *trial)
{
	causes_read(&cell->causes, trial->failures);
	cell->row.not_held += !strcmp(trial->rate_held, "no");
	cell->row.listen_queue += !strcmp(trial->bound_by, SILENT_LISTEN_QUEUE);
	cell->row.quota += !strcmp(trial->bound_by, SILENT_QUOTA);
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct summary_builder *builder = ctx;
	size_t known = builder->collection.grouping.count, i;
	struct summary_cell *cell;

	if (array_grow((void **)&builder->cells, known, &builder->capacity,
		    sizeof(*cell)) ||
		collection_add(&builder->collection, run, trial, &i, err))
		return fr_error_set(err, EXIT_INVALID,
			"%s: out of memory, or more than %d cells, or %d "
			"trials of a cell",
			trial_schema.file, GROUPING_GROUPS_MAX,
			SERIES_POINTS_MAX);
	cell = &builder->cells[i];
	if (i == known) {
		memset(cell, 0, sizeof(*cell));
		init_row(&cell->row, trial);
	}
	cell->row.trials++;
	cell->row.verdicts[trial->verdict]++;
	if (trial_verdict_counts(trial->verdict))
		count_figures(cell, trial);
	else if (!cell->row.reason[0])
		memcpy(cell->row.reason, trial->reason,
			sizeof(cell->row.reason));
	return 0;
}

/* A summary of the cells' rows, as ranked. NULL: out of memory. */
static struct summary *finish(struct summary_builder *builder)
{
	size_t count = builder->collection.grouping.count;
	struct summary *summary = calloc(1, sizeof(*summary));

	if (!summary)
		return NULL;
	summary->rows = calloc(count, sizeof(*summary->rows));
	if (!summary->rows) {
		free(summary);
		return NULL;
	}
	summary->clock = builder->terms->clock;
	memcpy(summary->reference, builder->reference,
		sizeof(summary->reference));
	summary->torn = builder->collection.torn;
	summary->count = count;
	for (size_t i = 0; i < count; i++) {
		struct summary_cell *cell = &builder->cells[builder->order[i]];
		struct summary_row *row = &summary->rows[i];

		*row = cell->row;
		causes_sort(&cell->causes);
		causes_write(
			row->failures, sizeof(row->failures), &cell->causes);
		if (row->trials > summary->blocks)
			summary->blocks = row->trials;
	}
	return summary;
}

int summary_create(struct summary **out, const char *const *run_dirs,
	size_t runs, const struct summary_terms *terms, struct fr_error *err)
{
	struct summary_builder builder = {
		.terms = terms, .collection.sides = 1};
	int rc = cells_measures(&builder, err);

	*out = NULL;
	if (!rc)
		rc = grouping_init(
			&builder.collection.grouping, GROUPING_BY_CELL, err);
	if (!rc)
		rc = trials_read(run_dirs, runs, take_trial, &builder,
			&builder.collection.torn, err);
	if (!rc && !builder.collection.grouping.count)
		rc = fr_error_set(err, EXIT_INVALID,
			"%s/%s: no trial outside warm-up", run_dirs[0],
			trial_schema.file);
	if (!rc)
		rc = cells_estimate_and_rank(&builder, err);
	if (!rc) {
		*out = finish(&builder);
		if (!*out)
			rc = fr_error_memory(err);
	}
	collection_release(&builder.collection);
	free(builder.cells);
	free(builder.order);
	return rc;
}

void summary_free(struct summary *summary)
{
	if (!summary)
		return;
	free(summary->rows);
	free(summary);
}

const char *summary_way(const struct summary_row *row, enum summary_way way)
{
	return way == WAY_PROTOCOL       ? row->protocol
		: way == WAY_CONNECTIONS ? row->workload.connections
					 : row->samples;
}

uint64_t summary_connections(const struct summary_row *row)
{
	bool fresh = !strcmp(row->workload.connections, "fresh");

	return fresh || row->concurrency > row->workload.requests
		? row->workload.requests
		: row->concurrency;
}

const char *summary_usual(
	const struct summary_row *rows, size_t count, enum summary_way way)
{
	const char *usual = "";
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		const char *text = summary_way(&rows[i], way);
		size_t alike = 0;

		for (size_t j = 0; j < count; j++)
			alike += !strcmp(summary_way(&rows[j], way), text);
		if (alike > most) {
			most = alike;
			usual = text;
		}
	}
	return usual;
}
