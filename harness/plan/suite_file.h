/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a suite's file into keys and values, with the place of each.
 * Only the shape is checked here; options/suite.h knows the keys and their values.
 *
 * The file is YAML: a mapping of each key to a scalar, a list of scalars, a
 * mapping of scalars, or a list of mappings of scalars or lists of them.
 * libyaml reads it. Schema libraries for libyaml want a single type for each
 * key and forget places; here a value may be a scalar or a list, and errors
 * give the line and column.
 *
 * One thread. Files are bounded: SUITE_FILE_MAX bytes, SUITE_KEYS_MAX keys, and
 * SUITE_TEXT_MAX bytes of values and places, counting each repetition by an
 * alias.
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

/* The shape of a key's value, and the texts made of it. */
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
	 * Each value has such a place of its own. The place of a mapping of
	 * SUITE_MAPS is followed by lines with the places of the name and of
	 * the value of each pair.
	 */
	struct texts values;
};

struct suite_file {
	char *text; /* the whole file, with a NUL */
	struct suite_key *keys;
	size_t count;
};

/*
 * Parse a file, or a text as if it were a file called `name`. Return 0, or -1
 * with *err filled in and *file empty. Free it with suite_file_release.
 */
int suite_file_read(
	struct suite_file *file, const char *path, struct fr_error *err);
int suite_file_parse(struct suite_file *file, const char *text, size_t length,
	const char *name, struct fr_error *err);

void suite_file_release(struct suite_file *file);

#endif
