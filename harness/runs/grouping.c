/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/grouping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/record/csv.h"
#include "harness/runs/measures.h"
#include "harness/runs/series.h"
#include "harness/runs/trials.h"

/* How work was done, not what was done: groups that differ compare. */
static const char *const how[] = {
	"strategy", "concurrency", "protocol", "samples"};

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
				"'%s' is there twice to group by", name);
	}
	if (k == GROUPING_KEYS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"at most %d columns to group by", GROUPING_KEYS_MAX);
	grouping->offsets[k] = column->offset;
	grouping->keys[k] = *column;
	grouping->keys[k].offset = offsetof(struct group_keys, slots) +
		k * sizeof(grouping->groups->slots[0]);
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
	*grouping = (struct grouping){.key_count = 0};
}

static void take_keys(const struct grouping *grouping,
	const struct trial_row *trial, struct group_keys *keys)
{
	memset(keys, 0, sizeof(*keys));
	for (size_t k = 0; k < grouping->key_count; k++) {
		const char *member = (const char *)trial + grouping->offsets[k];

		/* Behind a text's end there may be anything. */
		if (grouping->keys[k].type == COLUMN_TEXT)
			(void)snprintf(keys->slots[k], sizeof(keys->slots[k]),
				"%s", member);
		else
			memcpy(keys->slots[k], member, grouping->keys[k].size);
	}
}

int grouping_find(struct grouping *grouping, const struct trial_row *trial,
	size_t *group, struct fr_error *err)
{
	size_t used = grouping->key_count * sizeof(grouping->groups->slots[0]);
	struct group_keys keys;

	take_keys(grouping, trial, &keys);
	for (*group = 0; *group < grouping->count; ++*group) {
		if (!memcmp(&grouping->groups[*group], &keys, used))
			return 0;
	}
	if (grouping->count == GROUPING_GROUPS_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"more than %d groups; group by fewer columns",
			GROUPING_GROUPS_MAX);
	if (array_grow((void **)&grouping->groups, grouping->count,
		    &grouping->capacity, sizeof(keys)))
		return fr_error_memory(err);
	grouping->groups[grouping->count++] = keys;
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
	const struct group_keys *x = &grouping->groups[*(const size_t *)a];
	const struct group_keys *y = &grouping->groups[*(const size_t *)b];
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
	csv_member(text, &grouping->keys[k], &grouping->groups[group]);
}

/* Which key that column is, or key_count. */
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
	name = grouping->groups[group].slots[strategy];
	if (!strcmp(name, reference))
		return true;
	if (concurrency == grouping->key_count ||
		strncmp(name, reference, strlen(name)) != 0)
		return false;
	grouping_text(grouping, group, concurrency, text);
	(void)snprintf(label, sizeof(label), "%s@%s", name, text);
	return !strcmp(label, reference);
}

/* Whether key k may differ between groups that are compared. */
static bool tells_how(const struct grouping *grouping, size_t k)
{
	for (size_t i = 0; i < sizeof(how) / sizeof(how[0]); i++) {
		if (!strcmp(grouping->keys[k].name, how[i]))
			return true;
	}
	for (const struct setting *s = workload_settings; s->name; s++) {
		if (!strcmp(grouping->keys[k].name, s->column))
			return !s->same_work;
	}
	return false;
}

static bool same_key(const struct grouping *grouping, size_t k,
	const struct group_keys *a, const struct group_keys *b)
{
	return k == grouping->key_count ||
		!memcmp(a->slots[k], b->slots[k], sizeof(a->slots[k]));
}

static bool same_work(const struct grouping *grouping,
	const struct group_keys *a, const struct group_keys *b)
{
	for (size_t k = 0; k < grouping->key_count; k++) {
		if (!tells_how(grouping, k) && !same_key(grouping, k, a, b))
			return false;
	}
	return true;
}

size_t grouping_reference(
	const struct grouping *grouping, size_t group, const char *reference)
{
	const struct group_keys *own = &grouping->groups[group];
	size_t concurrency = find_key(grouping, "concurrency");
	size_t found = GROUPING_NONE;

	for (size_t i = 0; i < grouping->count; i++) {
		const struct group_keys *other = &grouping->groups[i];

		if (!is_reference(grouping, i, reference) ||
			!same_work(grouping, own, other))
			continue;
		if (same_key(grouping, concurrency, own, other))
			return i;
		if (found == GROUPING_NONE)
			found = i;
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
		names[i] = grouping->groups[i].slots[strategy];
	if (names)
		(void)trials_refuse_reference(reference, names, err);
	else
		(void)fr_error_memory(err);
	free(names);
	return false;
}
