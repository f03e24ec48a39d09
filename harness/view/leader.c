/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/leader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/stats.h"

struct leader_cell {
	char label[SUMMARY_LABEL_MAX];
	struct workload workload;
	double *times;
	size_t count;
	double median;
	bool has_failed;
};

static struct leader_cell *find_or_add(
	struct leaders *leaders, const char *label, const struct workload *work)
{
	struct leader_cell *cells;

	for (size_t i = 0; i < leaders->count; i++)
		if (!strcmp(leaders->cells[i].label, label) &&
			workload_same_but(
				&leaders->cells[i].workload, work, NULL))
			return &leaders->cells[i];
	cells = realloc(leaders->cells, (leaders->count + 1) * sizeof(*cells));
	if (!cells)
		return NULL;
	leaders->cells = cells;
	cells = &cells[leaders->count++];
	*cells = (struct leader_cell){.workload = *work};
	(void)snprintf(cells->label, sizeof(cells->label), "%s", label);
	return cells;
}

void leaders_add(struct leaders *leaders, const struct trial_row *row)
{
	char label[SUMMARY_LABEL_MAX];
	struct leader_cell *cell;
	double *times;

	if (row->block <= 0 || !trial_verdict_counts(row->verdict) ||
		!strcmp(row->strategy, SUMMARY_FLOOR) ||
		row->total_ns == FR_UNKNOWN)
		return;
	(void)snprintf(label, sizeof(label), "%s@%" PRIu64, row->strategy,
		row->concurrency);
	cell = find_or_add(leaders, label, &row->workload);
	times = cell ? realloc(cell->times, (cell->count + 1) * sizeof(*times))
		     : NULL;
	if (!times)
		return;
	cell->times = times;
	times[cell->count++] = (double)row->total_ns;
	cell->median = stats_median(times, cell->count).value;
	cell->has_failed |= row->failures[0] != '\0';
}

bool leaders_find(const struct leaders *leaders, const struct trial_row *like,
	char label[SUMMARY_LABEL_MAX], double *total_ns)
{
	const struct leader_cell *best = NULL;
	size_t others = 0;

	for (size_t i = 0; i < leaders->count; i++) {
		const struct leader_cell *cell = &leaders->cells[i];

		if (cell->has_failed ||
			workload_compare_work(&cell->workload, &like->workload))
			continue;
		others++;
		if (!best || cell->median < best->median)
			best = cell;
	}
	if (others < 2)
		return false;
	(void)snprintf(label, SUMMARY_LABEL_MAX, "%s", best->label);
	*total_ns = best->median;
	return true;
}

void leaders_release(struct leaders *leaders)
{
	for (size_t i = 0; i < leaders->count; i++)
		free(leaders->cells[i].times);
	free(leaders->cells);
	*leaders = (struct leaders){.count = 0};
}
