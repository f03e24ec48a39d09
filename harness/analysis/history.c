/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A breakdown of each run, one after another. */
#include "harness/analysis/history.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/host_difference.h"
#include "harness/record/columns.h"
#include "harness/runs/breakdown.h"

/* The run is the first key; the other keys identify its cells. */
#define KEYS "run," GROUPING_BY_CELL

#define ROW struct history_row
static const struct column columns[] = {
	COLUMN(started_at, "UTC", "When the run's first trial began."),
	LISTING_METRIC("Unit of the next one."),
	COLUMN(median, LISTING_UNIT, "Median over the run's trials."),
	COLUMNS_OF_ESTIMATE("ratio", "", ratio, "ratio",
		"This over the reference's of the run, by block."),
	COLUMN(change, "%",
		"Of the ratio, since the previous run of the cell."),
	COLUMN(trials, "trials", "Valid trials that have the figure."),
	COLUMN(failed, "requests", "Requests of its valid trials that failed."),
};
static const struct row_schema history_schema = SCHEMA_OF(columns, "history");
#undef ROW
_Static_assert(COLUMN_COUNT_OF(columns) <= LISTING_FIGURES_MAX, "they fit");

static int oldest_first(const void *a, const void *b)
{
	const struct run_survey *x = &((const struct history_run *)a)->survey;
	const struct run_survey *y = &((const struct history_run *)b)->survey;
	int order = strcmp(x->started_at, y->started_at);

	return order ? order : strcmp(x->name, y->name);
}

/* Lists the runs by when each began; tells whether it has a valid trial. */
static int survey(struct history *history, const char *const *run_dirs,
	struct fr_error *err)
{
	size_t count = history->count;
	struct run_survey *surveys = calloc(count, sizeof(*surveys));
	int rc = surveys ? trials_survey(surveys, run_dirs, count, err)
			 : fr_error_memory(err);

	for (size_t i = 0; i < count && !rc; i++) {
		history->runs[i] = (struct history_run){.dir = run_dirs[i],
			.survey = surveys[i],
			.part = surveys[i].valid ? HISTORY_SHOWN
						 : HISTORY_NO_TRIAL};
		if (surveys[i].valid && !surveys[i].started_at[0])
			rc = fr_error_set(err, EXIT_INVALID,
				"%s/%s: started_at is unknown, so the run has "
				"no place in the history",
				run_dirs[i], trial_schema.file);
	}
	if (!rc)
		qsort(history->runs, count, sizeof(*history->runs),
			oldest_first);
	free(surveys);
	return rc;
}

/*
 * Makes a breakdown of each run that has the reference, and NULL for each other
 * run, in `parts`, which has room for all runs. Returns 0 or -1. The caller
 * frees the parts in either case.
 */
static int break_down(struct history *history, struct listing **parts,
	const struct history_terms *terms, struct fr_error *err)
{
	struct breakdown_terms its = {.keys = KEYS,
		.metrics = terms->metric,
		.reference = terms->reference,
		.lenient = true};
	struct history_run *last = NULL;
	size_t shown = 0;

	for (size_t i = 0; i < history->count; i++) {
		struct history_run *run = &history->runs[i];

		if (run->part != HISTORY_SHOWN)
			continue;
		last = run;
		if (breakdown_create(&parts[i], &run->dir, 1, &its, err))
			return -1;
		if (parts[i]->reference[0]) {
			shown++;
			continue;
		}
		run->part = HISTORY_NO_REFERENCE;
		listing_free(parts[i]);
		parts[i] = NULL;
	}
	if (shown)
		return 0;
	if (!last)
		return fr_error_set(err, EXIT_INVALID,
			"no valid trial outside warm-up: no figure to show");
	/* A strict breakdown says what is wrong with the reference. */
	its.lenient = false;
	return breakdown_create(
		&parts[last - history->runs], &last->dir, 1, &its, err);
}

/* Whether both rows are of one cell: key 0 is the run. */
static bool same_cell(const struct listing *listing,
	const struct history_row *a, const struct history_row *b)
{
	for (size_t k = 1; k < listing->key_count; k++) {
		if (!grouping_same_key(
			    &listing->columns[k], &a->head.keys, &b->head.keys))
			return false;
	}
	return true;
}

static enum history_verdict verdict_of(
	const struct estimate *before, const struct estimate *now)
{
	if (isnan(before->low) || isnan(now->low))
		return HISTORY_UNKNOWN;
	return now->low > before->high || now->high < before->low
		? HISTORY_CHANGED
		: HISTORY_UNCHANGED;
}

/* Finds the change of row i since the cell's previous run; NaN: none. */
static void find_change(struct listing *listing, size_t i)
{
	struct history_row *row = listing_row(listing, i);

	row->change = NAN;
	row->verdict = HISTORY_UNKNOWN;
	for (size_t j = i; j-- > 0;) {
		const struct history_row *before = listing_row(listing, j);

		if (!isnan(before->ratio.value) &&
			same_cell(listing, row, before)) {
			row->change =
				row->ratio.value / before->ratio.value - 1;
			row->verdict = verdict_of(&before->ratio, &row->ratio);
			return;
		}
	}
}

static void fill(struct listing *listing, const struct history *history,
	struct listing *const *parts)
{
	size_t n = 0;

	for (size_t i = 0; i < history->count; i++) {
		for (size_t r = 0; parts[i] && r < parts[i]->groups; r++) {
			const struct breakdown_row *from =
				listing_row(parts[i], r);
			struct history_row *row = listing_row(listing, n);

			row->head = from->head;
			memcpy(row->started_at,
				history->runs[i].survey.started_at,
				sizeof(row->started_at));
			row->median = from->median.value;
			row->ratio = from->ratio;
			row->trials = from->trials;
			row->failed = from->failed;
			find_change(listing, n++);
		}
		listing->torn |= parts[i] && parts[i]->torn;
	}
}

static int join(struct history *history, struct listing *const *parts,
	const char *reference, struct fr_error *err)
{
	struct grouping shape;
	int rc = grouping_init(&shape, KEYS, err);

	for (size_t i = 0; i < history->count; i++)
		shape.count += parts[i] ? parts[i]->groups : 0;
	if (!rc && shape.count > HISTORY_ROWS_MAX)
		rc = fr_error_set(err, EXIT_USAGE,
			"%zu cells of all runs; at most %d can be shown",
			shape.count, HISTORY_ROWS_MAX);
	if (!rc)
		history->listing = listing_create(&shape, 1, &history_schema);
	if (!rc && !history->listing)
		rc = fr_error_memory(err);
	grouping_release(&shape);
	if (rc)
		return rc;
	(void)snprintf(history->listing->reference,
		sizeof(history->listing->reference), "%s", reference);
	fill(history->listing, history, parts);
	return 0;
}

static int note_hosts(struct history *history)
{
	const char *pair[2] = {NULL, NULL};

	for (size_t i = 0; i < history->count; i++) {
		struct history_run *run = &history->runs[i];

		if (run->part != HISTORY_SHOWN)
			continue;
		pair[0] = pair[1];
		pair[1] = run->dir;
		if (pair[0] &&
			host_difference(pair, run->hosts, sizeof(run->hosts)))
			return -ENOMEM;
	}
	return 0;
}

int history_init(struct history *history, const char *const *run_dirs,
	size_t count, const struct history_terms *terms, struct fr_error *err)
{
	struct listing **parts = calloc(count, sizeof(struct listing *));
	int rc = -1;

	*history = (struct history){.count = count};
	history->runs = calloc(count, sizeof(*history->runs));
	if (!parts || !history->runs) {
		(void)fr_error_memory(err);
		history->count = 0;
		goto out;
	}
	if (survey(history, run_dirs, err) ||
		break_down(history, parts, terms, err) ||
		join(history, parts, terms->reference, err))
		goto out;
	if (note_hosts(history)) {
		(void)fr_error_memory(err);
		goto out;
	}
	(void)snprintf(history->notes, sizeof(history->notes),
		"Of valid trials, the oldest run first. ratio: to %s of the "
		"same run, block by block; its exact 95 %% interval needs 6 "
		"blocks. change: of the ratio, since the previous run of the "
		"cell; where the two intervals overlap, the change may be chance; otherwise it is "
		"counted as changed.",
		terms->reference);
	history->listing->notes = history->notes;
	rc = 0;
out:
	for (size_t i = 0; i < history->count; i++)
		listing_free(parts[i]);
	free(parts);
	return rc;
}

void history_release(struct history *history)
{
	listing_free(history->listing);
	free(history->runs);
	*history = (struct history){.listing = NULL};
}
