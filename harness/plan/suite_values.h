/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turns the value of a suite's key into texts, each with its place. Only
 * suite_file.c and its helpers use this. One thread.
 */
#ifndef HARNESS_PLAN_SUITE_VALUES_H
#define HARNESS_PLAN_SUITE_VALUES_H

#include <stdbool.h>
#include <yaml.h>

#include "harness/plan/suite_file.h"

/* The longest "FILE:LINE:COLUMN: KEY"; a longer name of a file is cut. */
enum { SUITE_WHERE_MAX = 320 };

/* A file being read. The caller owns what it points to. */
struct suite_reader {
	struct suite_file *file;
	const char *name;
	yaml_document_t document;
	size_t used;     /* bytes of values kept so far */
	unsigned merged; /* pairs visited for merge keys so far */
	struct fr_error *err;
};

/* A mapping's pairs, including those that its merge keys (<<) add. */
struct suite_pairs {
	struct suite_pair {
		const yaml_node_t *name, *value; /* in the document */
	} * at;
	size_t count;
};

/* Reads the node as the key's shape and values. Returns 0, or -1 with *err. */
int suite_take_value(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node);

/* suite_nodes.c, from here on. Writes the place of a part of the key. */
void suite_place(const struct suite_reader *reader, yaml_mark_t mark,
	const char *key, char where[SUITE_WHERE_MAX]);

/* Sets *err to what is wrong with a node of the key's value. Returns -1. */
int suite_refuse(const struct suite_reader *reader, const yaml_node_t *node,
	const char *key, const char *words);

/* Sets *err. Returns -1. */
int suite_out_of_memory(const struct suite_reader *reader);

/* The node of that index in the document. */
yaml_node_t *suite_node(struct suite_reader *reader, int index);

/* Whether the node is a printable scalar; and the text of a scalar. */
bool suite_is_plain(const yaml_node_t *node);
const char *suite_scalar(const yaml_node_t *node);

/*
 * Lists the pairs of a mapping. Returns 0, or -1 with *err. The caller releases
 * the list in either case.
 */
int suite_pairs_of(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *node, const char *key);
void suite_pairs_release(struct suite_pairs *pairs);

#endif
