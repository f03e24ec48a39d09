/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/grouping.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/base/nearest.h"
#include "harness/base/texts.h"
#include "harness/base/xxh3.h"
#include "harness/runs/measures.h"

enum { INDEX_SIZE = 4 * GROUPING_GROUPS_MAX };

/* The columns besides settings that say how work was done. */
static const char *const ways[] = {
	"strategy", "concurrency", "protocol", "samples", NULL};

/* Whether groups that differ in the column are never compared. */
static bool keeps_apart(const struct column *column)
{
	const size_t settings = offsetof(struct trial_row, workload);

	/* workload_compare_work decides on settings. */
	if (column->offset >= settings &&
		column->offset < settings + sizeof(struct workload))
		return false;
	return !word_is_one_of(column->name, ways);
}

static bool has_key(const struct grouping *grouping, const char *name)
{
	for (size_t k = 0; k < grouping->key_count; k++) {
		if (!strcmp(grouping->keys[k].name, name))
			return true;
	}
	return false;
}

static int add_key(
	struct grouping *grouping, const char *name, struct fr_error *err)
{
	size_t k = grouping->key_count;
	const struct column *column = column_find(&trial_schema, name, err);

	if (!column)
		return -1;
	if (has_key(grouping, name))
		return fr_error_set(err, EXIT_USAGE,
			"'%s' is given twice among the columns to group by",
			name);
	if (k == GROUPING_KEYS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"at most %d columns to group by", GROUPING_KEYS_MAX);
	grouping->keys[k] = *column;
	grouping->apart[k] = keeps_apart(column);
	grouping->key_count++;
	return 0;
}

int grouping_init(
	struct grouping *grouping, const char *columns, struct fr_error *err)
{
	int rc = 0;

	*grouping = (struct grouping){.key_count = 0};
	while (!rc) {
		size_t length = strcspn(columns, ",");
		char name[64];

		(void)snprintf(
			name, sizeof(name), "%.*s", (int)length, columns);
		rc = add_key(grouping, name, err);
		if (!columns[length])
			break;
		columns += length + 1;
	}
	return rc;
}

void grouping_release(struct grouping *grouping)
{
	free(grouping->groups);
	free(grouping->index);
	*grouping = (struct grouping){.key_count = 0};
}

static void take_keys(const struct grouping *grouping,
	const struct trial_row *trial, struct trial_row *group)
{
	memset(group, 0, sizeof(*group));
	for (size_t k = 0; k < grouping->key_count; k++) {
		const struct column *key = &grouping->keys[k];
		const char *from = (const char *)trial + key->offset;
		char *to = (char *)group + key->offset;

		/* The bytes behind the end of a text may be anything. */
		if (key->type == COLUMN_TEXT)
			(void)snprintf(to, key->size, "%s", from);
		else
			memcpy(to, from, key->size);
	}
}

/*
 * The place in the index of the group with these keys, or the free place where
 * that group belongs.
 */
static uint32_t *find_place(
	const struct grouping *grouping, const struct trial_row *keys)
{
	size_t place = XXH3_64bits(keys, sizeof(*keys)) % INDEX_SIZE;

	while (grouping->index[place] &&
		memcmp(&grouping->groups[grouping->index[place] - 1], keys,
			sizeof(*keys)) != 0)
		place = (place + 1) % INDEX_SIZE;
	return &grouping->index[place];
}

int grouping_find(struct grouping *grouping, const struct trial_row *trial,
	size_t *group, struct fr_error *err)
{
	struct trial_row found;
	uint32_t *place;

	if (!grouping->index)
		grouping->index = calloc(INDEX_SIZE, sizeof(*grouping->index));
	if (!grouping->index)
		return fr_error_memory(err);
	take_keys(grouping, trial, &found);
	place = find_place(grouping, &found);
	if (!*place) {
		if (grouping->count == GROUPING_GROUPS_MAX)
			return fr_error_set(err, EXIT_USAGE,
				"more than %d groups; group by fewer columns",
				GROUPING_GROUPS_MAX);
		if (array_grow((void **)&grouping->groups, grouping->count,
			    &grouping->capacity, sizeof(found)))
			return fr_error_memory(err);
		grouping->groups[grouping->count++] = found;
		*place = (uint32_t)grouping->count;
	}
	*group = *place - 1;
	return 0;
}

static int compare_numbers(enum column_type type, const char *a, const char *b)
{
	uint64_t m, n;
	double x, y;

	memcpy(&m, a, sizeof(m));
	memcpy(&n, b, sizeof(n));
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	if (type == COLUMN_REAL)
		return (x > y) - (x < y);
	if (type == COLUMN_INTEGER)
		return ((int64_t)m > (int64_t)n) - ((int64_t)m < (int64_t)n);
	return (m > n) - (m < n);
}

static int compare_groups(const void *a, const void *b, void *ctx)
{
	const struct grouping *grouping = ctx;
	const void *x = &grouping->groups[*(const size_t *)a];
	const void *y = &grouping->groups[*(const size_t *)b];
	int order = 0;

	for (size_t k = 0; k < grouping->key_count && !order; k++) {
		const struct column *key = &grouping->keys[k];
		const char *of_x = (const char *)x + key->offset;
		const char *of_y = (const char *)y + key->offset;

		if (key->type == COLUMN_TEXT)
			order = strcmp(of_x, of_y);
		else if (key->type == COLUMN_WORD)
			order = memcmp(of_x, of_y, key->size);
		else
			order = compare_numbers(key->type, of_x, of_y);
	}
	return order;
}

void grouping_sort(const struct grouping *grouping, size_t *order)
{
	for (size_t i = 0; i < grouping->count; i++)
		order[i] = i;
	if (grouping->count)
		qsort_r(order, grouping->count, sizeof(*order), compare_groups,
			(void *)grouping);
}

bool grouping_same_key(const struct column *key, const struct trial_row *a,
	const struct trial_row *b)
{
	return !memcmp((const char *)a + key->offset,
		(const char *)b + key->offset, key->size);
}

/* A strategy or concurrency that is no key is "" or 0, and is not named. */
static bool is_reference(const struct trial_row *group, const char *reference)
{
	size_t length = strlen(group->strategy);
	char label[sizeof(group->strategy) + 32];

	if (!length || strncmp(group->strategy, reference, length) != 0)
		return false;
	(void)snprintf(label, sizeof(label), "%s@%" PRIu64, group->strategy,
		group->concurrency);
	return !reference[length] ||
		(group->concurrency && !strcmp(label, reference));
}

static bool same_work(const struct grouping *grouping,
	const struct trial_row *a, const struct trial_row *b)
{
	for (size_t k = 0; k < grouping->key_count; k++) {
		if (grouping->apart[k] &&
			!grouping_same_key(&grouping->keys[k], a, b))
			return false;
	}
	return workload_compare_work(&a->workload, &b->workload) == 0;
}

size_t grouping_reference(const struct grouping *grouping, const size_t *order,
	size_t count, size_t group, const char *reference)
{
	const struct trial_row *own = &grouping->groups[group];
	size_t found = GROUPING_NONE;

	for (size_t i = 0; i < count; i++) {
		size_t other = order ? order[i] : i;
		const struct trial_row *its = &grouping->groups[other];
		bool best = its->concurrency == own->concurrency;

		if ((!best && found != GROUPING_NONE) ||
			!is_reference(its, reference) ||
			!same_work(grouping, own, its))
			continue;
		found = other;
		if (best)
			break;
	}
	return found;
}

/* Says that the reference is none of the strategies, and the nearest one. */
static void refuse_reference(const char *reference,
	const char *const *strategies, struct fr_error *err)
{
	const char *nearest = nearest_word(reference, strategies);

	(void)fr_error_set(err, EXIT_USAGE,
		"--reference '%.60s': no such strategy was run%s%s%s",
		reference, nearest ? "; did you mean '" : "",
		nearest ? nearest : "", nearest ? "'?" : "");
}

bool grouping_has_reference(const struct grouping *grouping,
	const char *reference, struct fr_error *err)
{
	const char **names;

	for (size_t i = 0; i < grouping->count; i++) {
		if (is_reference(&grouping->groups[i], reference))
			return true;
	}
	if (!has_key(grouping, "strategy")) {
		(void)fr_error_set(err, EXIT_USAGE,
			"--reference needs strategy among the columns to "
			"group by");
		return false;
	}
	names = calloc(grouping->count + 1, sizeof(*names));
	for (size_t i = 0; names && i < grouping->count; i++)
		names[i] = grouping->groups[i].strategy;
	if (names)
		refuse_reference(reference, names, err);
	else
		(void)fr_error_memory(err);
	free(names);
	return false;
}
