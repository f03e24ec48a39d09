/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suite as it is written: keys with values, and where each of them stands.
 * The shape alone is known here; which keys there are and what they take is
 * the business of its reader (cli/suite.h).
 *
 * The file is YAML: a mapping of each key to a scalar, a list of scalars, a
 * mapping of scalars, or a list of mappings of scalars or lists of them.
 * libyaml reads it. Schema libraries on top of it want one type for each key
 * and forget where values stood; here a value may be one or a list, and what
 * is wrong with it is said with its line and column.
 *
 * One thread. Files are bounded: SUITE_FILE_MAX bytes, SUITE_KEYS_MAX keys, and
 * SUITE_TEXT_MAX bytes of values and their places however often aliases repeat
 * them.
 */
#ifndef HARNESS_PLAN_SUITE_FILE_H
#define HARNESS_PLAN_SUITE_FILE_H

#include <stddef.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"

enum {
	SUITE_FILE_MAX = 1 << 20,
	SUITE_TEXT_MAX = 4 << 20,
	SUITE_KEYS_MAX = 64,
};

/* How a key's value was written, and what its texts are. */
enum suite_shape {
	SUITE_SCALAR, /* one text: the scalar */
	SUITE_LIST,   /* a text for each scalar */
	SUITE_MAP,    /* "key=value" for each pair */
	SUITE_MAPS,   /* "key=value key=value" for each mapping of a list */
};

struct suite_key {
	char *name;
	char *where; /* "FILE:LINE:COLUMN: NAME" of the key; lines from 1 */
	enum suite_shape shape;
	/*
	 * Each with such a place of its own; behind that of a mapping of
	 * SUITE_MAPS, on lines of their own, those of the name and of the
	 * value of each of its pairs.
	 */
	struct texts values;
};

struct suite_file {
	char *text; /* all of it, ended by NUL */
	struct suite_key *keys;
	size_t count;
};

/*
 * Take a file apart, or a text that stands for one called `name`. Return 0, or
 * -1 with *err filled in and *file empty. suite_file_release frees it.
 */
int suite_file_read(
	struct suite_file *file, const char *path, struct fr_error *err);
int suite_file_parse(struct suite_file *file, const char *text, size_t length,
	const char *name, struct fr_error *err);

void suite_file_release(struct suite_file *file);

#endif
