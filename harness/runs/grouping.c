/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/grouping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/base/xxh3.h"
#include "harness/record/csv.h"
#include "harness/runs/measures.h"
#include "harness/runs/trials.h"

enum { INDEX_SIZE = 4 * GROUPING_GROUPS_MAX };

/* The columns besides settings that say how work was done. */
static const char *const ways[] = {
	"strategy", "concurrency", "protocol", "samples"};

static enum key_role role_of(const struct column *column)
{
	const size_t settings = offsetof(struct trial_row, workload);

	if (column->offset >= settings &&
		column->offset - settings < sizeof(struct workload))
		return KEY_SETTING;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!strcmp(column->name, ways[i]))
			return KEY_WAY;
	}
	return KEY_OTHER;
}

static int add_key(
	struct grouping *grouping, const char *name, struct fr_error *err)
{
	size_t k = grouping->key_count;
	const struct column *column = column_find(&trial_schema, name, err);

	if (!column)
		return -1;
	for (size_t i = 0; i < k; i++) {
		if (!strcmp(grouping->keys[i].name, name))
			return fr_error_set(err, EXIT_USAGE,
				"'%s' is given twice among the columns to group by",
				name);
	}
	if (k == GROUPING_KEYS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"at most %d columns to group by", GROUPING_KEYS_MAX);
	grouping->offsets[k] = column->offset;
	grouping->roles[k] = role_of(column);
	grouping->keys[k] = *column;
	grouping->keys[k].offset = offsetof(struct group_keys, slots) +
		k * sizeof(grouping->groups->keys.slots[0]);
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
	const struct trial_row *trial, struct group *group)
{
	memset(&group->keys, 0, sizeof(group->keys));
	workload_init(&group->workload);
	for (size_t k = 0; k < grouping->key_count; k++) {
		const struct column *key = &grouping->keys[k];
		const char *member = (const char *)trial + grouping->offsets[k];
		char *slot = group->keys.slots[k];

		/* The bytes behind the end of a text may be anything. */
		if (key->type == COLUMN_TEXT)
			(void)snprintf(slot, ROWS_TEXT_MAX, "%s", member);
		else
			memcpy(slot, member, key->size);
		if (grouping->roles[k] == KEY_SETTING)
			memcpy((char *)&group->workload + grouping->offsets[k] -
					offsetof(struct trial_row, workload),
				slot, key->size);
	}
}

/*
 * The place in the index of the group with these keys, or the free place where
 * that group belongs.
 */
static uint32_t *find_place(
	const struct grouping *grouping, const struct group_keys *keys)
{
	size_t used = grouping->key_count * sizeof(keys->slots[0]);
	size_t place = XXH3_64bits(keys, used) % INDEX_SIZE;

	while (grouping->index[place] &&
		memcmp(&grouping->groups[grouping->index[place] - 1].keys, keys,
			used) != 0)
		place = (place + 1) % INDEX_SIZE;
	return &grouping->index[place];
}

int grouping_find(struct grouping *grouping, const struct trial_row *trial,
	size_t *group, struct fr_error *err)
{
	struct group found;
	uint32_t *place;

	if (!grouping->index)
		grouping->index = calloc(INDEX_SIZE, sizeof(*grouping->index));
	if (!grouping->index)
		return fr_error_memory(err);
	take_keys(grouping, trial, &found);
	place = find_place(grouping, &found.keys);
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
	const struct group_keys *x = &grouping->groups[*(const size_t *)a].keys;
	const struct group_keys *y = &grouping->groups[*(const size_t *)b].keys;
	int order = 0;

	for (size_t k = 0; k < grouping->key_count && !order; k++) {
		enum column_type type = grouping->keys[k].type;

		if (type == COLUMN_TEXT)
			order = strcmp(x->slots[k], y->slots[k]);
		else if (type == COLUMN_WORD)
			order = memcmp(x->slots[k], y->slots[k],
				grouping->keys[k].size);
		else
			order = compare_numbers(type, x->slots[k], y->slots[k]);
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

void grouping_text(const struct grouping *grouping, size_t group, size_t k,
	char text[ROWS_TEXT_MAX])
{
	csv_member(text, &grouping->keys[k], &grouping->groups[group].keys);
}

/* The index of the key with that name; key_count: it is no key. */
static size_t find_key(const struct grouping *grouping, const char *name)
{
	size_t k = 0;

	while (k < grouping->key_count && strcmp(grouping->keys[k].name, name))
		k++;
	return k;
}

static bool is_reference(
	const struct grouping *grouping, size_t group, const char *reference)
{
	size_t strategy = find_key(grouping, "strategy");
	size_t concurrency = find_key(grouping, "concurrency");
	char text[ROWS_TEXT_MAX], label[2 * ROWS_TEXT_MAX + 1];
	const char *name;

	if (strategy == grouping->key_count)
		return false;
	name = grouping->groups[group].keys.slots[strategy];
	if (!strcmp(name, reference))
		return true;
	if (concurrency == grouping->key_count ||
		strncmp(name, reference, strlen(name)) != 0)
		return false;
	grouping_text(grouping, group, concurrency, text);
	(void)snprintf(label, sizeof(label), "%s@%s", name, text);
	return !strcmp(label, reference);
}

static bool same_key(const struct group *a, const struct group *b, size_t k)
{
	return !memcmp(
		a->keys.slots[k], b->keys.slots[k], sizeof(a->keys.slots[k]));
}

static bool same_work(const struct grouping *grouping, const struct group *a,
	const struct group *b)
{
	for (size_t k = 0; k < grouping->key_count; k++) {
		if (grouping->roles[k] == KEY_OTHER && !same_key(a, b, k))
			return false;
	}
	return workload_compare_work(&a->workload, &b->workload) == 0;
}

size_t grouping_reference(const struct grouping *grouping, const size_t *order,
	size_t count, size_t group, const char *reference)
{
	const struct group *own = &grouping->groups[group];
	size_t concurrency = find_key(grouping, "concurrency");
	size_t found = GROUPING_NONE;

	for (size_t i = 0; i < count; i++) {
		size_t other = order ? order[i] : i;
		const struct group *its = &grouping->groups[other];
		bool best = concurrency == grouping->key_count ||
			same_key(own, its, concurrency);

		if ((!best && found != GROUPING_NONE) ||
			!is_reference(grouping, other, reference) ||
			!same_work(grouping, own, its))
			continue;
		found = other;
		if (best)
			break;
	}
	return found;
}

bool grouping_has_reference(const struct grouping *grouping,
	const char *reference, struct fr_error *err)
{
	size_t strategy = find_key(grouping, "strategy");
	const char **names;

	for (size_t i = 0; i < grouping->count; i++) {
		if (is_reference(grouping, i, reference))
			return true;
	}
	if (strategy == grouping->key_count) {
		(void)fr_error_set(err, EXIT_USAGE,
			"--reference needs strategy among the columns to "
			"group by");
		return false;
	}
	names = calloc(grouping->count + 1, sizeof(*names));
	for (size_t i = 0; names && i < grouping->count; i++)
		names[i] = grouping->groups[i].keys.slots[strategy];
	if (names)
		(void)trials_refuse_reference(reference, names, err);
	else
		(void)fr_error_memory(err);
	free(names);
	return false;
}
