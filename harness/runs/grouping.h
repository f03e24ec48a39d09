/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Groups of trials that have the same values in some columns of trials.csv. A
 * group is identified by its index, and by its keys: the values of those
 * columns, with which rows made of groups begin. A grouping belongs to one
 * thread at a time.
 */
#ifndef HARNESS_RUNS_GROUPING_H
#define HARNESS_RUNS_GROUPING_H

#include "harness/base/error.h"
#include "harness/record/rows.h"

enum {
	GROUPING_KEYS_MAX = 24,
	GROUPING_GROUPS_MAX = 4096,
	GROUPING_NONE = GROUPING_GROUPS_MAX, /* the index of no group */
};

/* The columns that identify a cell. */
#define GROUPING_SETTING(member, ...) "," #member
/* clang-format off */
#define GROUPING_BY_CELL                                                \
	"strategy,concurrency"                                          \
	WORKLOAD_A(GROUPING_SETTING) WORKLOAD_B(GROUPING_SETTING)       \
	",protocol" WORKLOAD_C(GROUPING_SETTING)                        \
	",samples" WORKLOAD_D(GROUPING_SETTING) WORKLOAD_E(GROUPING_SETTING)
/* clang-format on */

struct grouping {
	struct column keys[GROUPING_KEYS_MAX]; /* as in trial_schema */
	/* Groups that differ in the key are never compared. */
	bool apart[GROUPING_KEYS_MAX];
	size_t key_count;
	/* Owned: count rows with the keys' values; all else is zeros. */
	struct trial_row *groups;
	size_t count, capacity;
	uint32_t *index; /* owned: hashed places of groups, from 1; 0: none */
};

/*
 * Groups by columns: their names with commas between. Returns 0, or -1 with
 * *err naming a column that is unknown, given twice, or one too many.
 */
int grouping_init(
	struct grouping *grouping, const char *columns, struct fr_error *err);

/* The grouping is as after memset. */
void grouping_release(struct grouping *grouping);

/*
 * The trial's group in *group; the first trial of a group makes the group.
 * Returns 0, or -1 with *err when there are too many groups.
 */
int grouping_find(struct grouping *grouping, const struct trial_row *trial,
	size_t *group, struct fr_error *err);

/*
 * Puts the groups' indices into order (count of them), sorted by their keys:
 * numbers as numbers, the first key first.
 */
void grouping_sort(const struct grouping *grouping, size_t *order);

/* Whether two groups have the same value of a key. */
bool grouping_same_key(const struct column *key, const struct trial_row *a,
	const struct trial_row *b);

/*
 * The group that `group` is compared with: a group of the reference, which
 * names a strategy or a cell as in pthread-map@20, that did the same work.
 * Among several such groups, the first one of the same concurrency is taken,
 * else the first one. The search goes through `count` groups in the given
 * order; with a NULL order, through the first `count` groups as they were
 * found. GROUPING_NONE: there is no such group.
 */
size_t grouping_reference(const struct grouping *grouping, const size_t *order,
	size_t count, size_t group, const char *reference);

/*
 * Whether the reference names any group. If not, *err (may be NULL) says so
 * with the nearest strategy that was run, or says that strategy is no key.
 */
bool grouping_has_reference(const struct grouping *grouping,
	const char *reference, struct fr_error *err);

#endif
