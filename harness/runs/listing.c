/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/listing.h"

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

void listing_head(const struct listing *listing, size_t i,
	const struct trial_row *keys, const struct measure *measure)
{
	struct listing_head *head = listing_row(listing, i);

	head->keys = *keys;
	(void)snprintf(head->metric, sizeof(head->metric), "%s", measure->name);
	(void)snprintf(head->unit, sizeof(head->unit), "%s", measure->unit);
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
