/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows as JSON objects: a member for each column, called as it is. Unknown
 * figures are null, unknown texts "", words and hashes as in CSV. Any thread.
 */
#ifndef HARNESS_RECORD_ROW_JSON_H
#define HARNESS_RECORD_ROW_JSON_H

#include <jansson.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/* The caller's, or NULL when out of memory. */
json_t *row_json(const struct row_schema *schema, const void *row);

/*
 * Reads a row of that schema. Members it does not know are skipped; missing
 * ones and null leave theirs unknown, unless they are required. Texts are
 * cleaned and cut as row_text does. Returns 0, or -1 with *err naming the
 * member and what was expected.
 */
int row_json_read(const struct row_schema *schema, void *row,
	const json_t *json, struct fr_error *err);

#endif
