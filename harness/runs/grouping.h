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
#include "harness/plan/workload.h"
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

/* The values of a group's keys: key i as in the trial's row, in slot i. */
struct group_keys {
	_Alignas(8) char slots[GROUPING_KEYS_MAX][ROWS_TEXT_MAX];
};

/* What groups that differ in a key have in common. */
enum key_role {
	KEY_WAY,     /* they did the same work, in another way */
	KEY_SETTING, /* the setting says whether they did the same work */
	KEY_OTHER,   /* nothing: they are never compared */
};

struct group {
	struct group_keys keys;
	struct workload workload; /* those settings that are keys */
};

struct grouping {
	/* The columns, with offsets in struct group_keys. */
	struct column keys[GROUPING_KEYS_MAX];
	size_t offsets[GROUPING_KEYS_MAX]; /* in struct trial_row */
	enum key_role roles[GROUPING_KEYS_MAX];
	size_t key_count;
	struct group *groups; /* owned; count of them */
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

/* The value of key k of a group, as in trials.csv. */
void grouping_text(const struct grouping *grouping, size_t group, size_t k,
	char text[ROWS_TEXT_MAX]);

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
