/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the value of a suite's key becomes texts, each with its place; the other
 * half of suite_file.c, and nobody else's. One thread.
 */
#ifndef HARNESS_PLAN_SUITE_VALUES_H
#define HARNESS_PLAN_SUITE_VALUES_H

#include <stdbool.h>
#include <yaml.h>

#include "harness/plan/suite_file.h"

/* Room for "FILE:LINE:COLUMN: KEY"; a longer name of a file is cut. */
enum { SUITE_WHERE_MAX = 320 };

/* A file being read; what it points to is the caller's. */
struct suite_reader {
	struct suite_file *file;
	const char *name;
	yaml_document_t document;
	size_t used;     /* bytes kept of values so far */
	unsigned merged; /* pairs looked at for merge keys so far */
	struct fr_error *err;
};

/* A mapping's pairs with those that its merge keys (<<) add. */
struct suite_pairs {
	struct suite_pair {
		const yaml_node_t *name, *value; /* the document's */
	} * at;
	size_t count;
};

/* Reads the node as the key's shape and values. Returns 0, or -1 with *err. */
int suite_take_value(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node);

/* suite_nodes.c has the rest. Writes where something of the key stands. */
void suite_place(const struct suite_reader *reader, yaml_mark_t mark,
	const char *key, char where[SUITE_WHERE_MAX]);

/* What is wrong with a node of the key's value. Returns -1. */
int suite_refuse(const struct suite_reader *reader, const yaml_node_t *node,
	const char *key, const char *words);

/* Returns -1. */
int suite_out_of_memory(const struct suite_reader *reader);

/* The document's. */
yaml_node_t *suite_node(struct suite_reader *reader, int index);

/* Whether it is a scalar that can be shown, and its text. */
bool suite_is_plain(const yaml_node_t *node);
const char *suite_scalar(const yaml_node_t *node);

/*
 * Lists the pairs of a mapping. Returns 0, or -1 with *err; the list is to be
 * released in either case.
 */
int suite_pairs_of(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *node, const char *key);
void suite_pairs_release(struct suite_pairs *pairs);

#endif
