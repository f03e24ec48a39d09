/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/listing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct listing *listing_create(const struct grouping *grouping, size_t metrics,
	const struct row_schema *figures)
{
	struct listing *listing = calloc(1, sizeof(*listing));

	if (!listing)
		return NULL;
	listing->groups = grouping->count;
	listing->metrics = metrics;
	listing->key_count = grouping->key_count;
	listing->rows = calloc(grouping->count * metrics, figures->row_size);
	if (!listing->rows) {
		free(listing);
		return NULL;
	}
	memcpy(listing->columns, grouping->keys,
		grouping->key_count * sizeof(*grouping->keys));
	memcpy(listing->columns + grouping->key_count, figures->columns,
		figures->count * sizeof(*figures->columns));
	listing->schema = *figures;
	listing->schema.columns = listing->columns;
	listing->schema.count += grouping->key_count;
	return listing;
}

void *listing_row(const struct listing *listing, size_t i)
{
	return (char *)listing->rows + i * listing->schema.row_size;
}

int listing_fill(struct listing *listing, const struct grouping *grouping,
	const struct measure *measures, listing_row_fn *fill, const void *ctx)
{
	size_t groups = grouping->count;
	size_t *order = calloc(groups + 1, sizeof(*order));
	int rc = order ? 0 : -ENOMEM;

	if (order)
		grouping_sort(grouping, order);
	for (size_t i = 0; i < groups * listing->metrics && !rc; i++) {
		size_t group = order[i % groups], m = i / groups;
		struct listing_head *head = listing_row(listing, i);

		head->keys = grouping->groups[group];
		(void)snprintf(head->metric, sizeof(head->metric), "%s",
			measures[m].name);
		(void)snprintf(
			head->unit, sizeof(head->unit), "%s", measures[m].unit);
		rc = fill(head, group, m, ctx);
	}
	free(order);
	return rc;
}

void listing_free(struct listing *listing)
{
	if (!listing)
		return;
	free(listing->rows);
	free(listing);
}

int listing_measures(struct measure measures[LISTING_METRICS_MAX],
	size_t *count, const struct measure_set *set, const char *names,
	struct fr_error *err)
{
	*count = 0;
	for (;;) {
		size_t length = strcspn(names, ",");
		char name[64];

		if (*count == LISTING_METRICS_MAX)
			return fr_error_set(err, EXIT_USAGE,
				"at most %d metrics", LISTING_METRICS_MAX);
		(void)snprintf(name, sizeof(name), "%.*s", (int)length, names);
		if (measure_find(&measures[*count], set, name, err))
			return -1;
		++*count;
		if (!names[length])
			return 0;
		names += length + 1;
	}
}
