/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Macros for tables of columns. Define ROW as the struct of the row before the
 * table. The type of a member determines the type of its column, so a table
 * cannot disagree with its struct.
 */
#ifndef HARNESS_RECORD_COLUMNS_H
#define HARNESS_RECORD_COLUMNS_H

#include "harness/record/rows.h"

/* clang-format off */
#define COLUMN_TYPE(member) _Generic(((ROW *)0)->member, \
	uint64_t: COLUMN_COUNT, int64_t: COLUMN_INTEGER, \
	double: COLUMN_REAL, char *: COLUMN_TEXT)

/* For hashes and words, whose C types do not determine that of the column. */
#define COLUMN_AS(its_type, its_name, member, its_unit, ...) { \
	.type = its_type, .name = its_name, .unit = its_unit, \
	.offset = offsetof(ROW, member), \
	.size = sizeof(((ROW *)0)->member), __VA_ARGS__ }

/* For nested members, and for columns with a name of their own. */
#define COLUMN_NAMED(its_name, member, its_unit, its_meaning) \
	COLUMN_AS(COLUMN_TYPE(member), its_name, member, its_unit, \
		.meaning = its_meaning)
#define COLUMN(member, its_unit, its_meaning) \
	COLUMN_NAMED(#member, member, its_unit, its_meaning)
#define COLUMN_REQUIRED(member, its_unit, its_meaning) \
	COLUMN_AS(COLUMN_TYPE(member), #member, member, its_unit, \
		.required = true, .meaning = its_meaning)

/* Three columns of a struct estimate; `suffix` ends each of their names. */
#define COLUMNS_OF_ESTIMATE(its_name, suffix, member, its_unit, its_meaning) \
	COLUMN_NAMED(its_name suffix, member.value, its_unit, its_meaning), \
	COLUMN_NAMED(its_name "_low" suffix, member.low, its_unit, \
		"Low end of its interval."), \
	COLUMN_NAMED(its_name "_high" suffix, member.high, its_unit, \
		"High end of its interval.")

/*
 * The columns of `struct workload workload`; see workload_table.h. Every figure
 * is divided by the requests, so no file may lack them.
 */
#define OF_WORKLOAD(its_member, option, letter, argument, list, help, \
	its_unit, its_meaning, ...) \
	COLUMN_AS(COLUMN_TYPE(workload.its_member), #its_member, \
		workload.its_member, its_unit, \
		.required = offsetof(ROW, workload.its_member) == \
			offsetof(ROW, workload.requests), \
		.meaning = its_meaning),

/* The schema of rows ROW whose columns are the table. */
#define SCHEMA_OF(table, its_file) { \
	.file = its_file, .row_size = sizeof(ROW), \
	.columns = table, .count = COLUMN_COUNT_OF(table) }
/* clang-format on */

#define COLUMN_COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

#endif
