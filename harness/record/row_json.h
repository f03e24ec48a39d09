/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Converts rows to JSON objects and back. Each column is a member of the same
 * name. Unknown numbers are null, and unknown texts are ""; words and hashes
 * are as in CSV. Any thread.
 */
#ifndef HARNESS_RECORD_ROW_JSON_H
#define HARNESS_RECORD_ROW_JSON_H

#include <jansson.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/* Returns a new object, or NULL when out of memory. */
json_t *row_json(const struct row_schema *schema, const void *row);

/*
 * Reads a row. Unknown members are skipped. A member that is missing or null
 * leaves its column unknown, or is an error if the column is required. Texts
 * are cleaned and cut by row_text. Returns 0, or -1 with *err, which names the
 * member and what was expected.
 */
int row_json_read(const struct row_schema *schema, void *row,
	const json_t *json, struct fr_error *err);

#endif
