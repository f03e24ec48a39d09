/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The nodes of a suite's document: their places, scalars and mappings. libyaml
 * leaves the merge key, "<<: *base" (https://yaml.org/type/merge.html), to its
 * user. Merged pairs are counted, to bound merges of merges.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plan/suite_values.h"

enum { MERGE_DEPTH_MAX = 4, MERGED_MAX = 1000 };

int suite_out_of_memory(const struct suite_reader *reader)
{
	return fr_error_memory(reader->err);
}

void suite_place(const struct suite_reader *reader, yaml_mark_t mark,
	const char *key, char where[SUITE_WHERE_MAX])
{
	(void)snprintf(where, SUITE_WHERE_MAX, "%.200s:%zu:%zu: %.60s",
		reader->name, mark.line + 1, mark.column + 1, key);
	/* A place is one line, whatever the name of the file. */
	for (char *c = where; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
}

int suite_refuse(const struct suite_reader *reader, const yaml_node_t *node,
	const char *key, const char *words)
{
	char where[SUITE_WHERE_MAX];

	suite_place(reader, node->start_mark, key, where);
	return fr_error_set(reader->err, EXIT_USAGE, "%s: %s", where, words);
}

yaml_node_t *suite_node(struct suite_reader *reader, int index)
{
	return yaml_document_get_node(&reader->document, index);
}

const char *suite_scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* YAML's "\0\x1b" may contain NUL and ESC. */
bool suite_is_plain(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE)
		return false;
	for (size_t i = 0; i < node->data.scalar.length; i++) {
		unsigned char c = node->data.scalar.value[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7F)
			return false;
	}
	return true;
}

static bool is_merge(const yaml_node_t *name)
{
	return name->type == YAML_SCALAR_NODE &&
		name->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		strcmp(suite_scalar(name), "<<") == 0;
}

static bool has(const struct suite_pairs *pairs, const yaml_node_t *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const yaml_node_t *other = pairs->at[i].name;

		if (name->type == YAML_SCALAR_NODE &&
			other->type == YAML_SCALAR_NODE &&
			strcmp(suite_scalar(name), suite_scalar(other)) == 0)
			return true;
	}
	return false;
}

static int add(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *name, const yaml_node_t *value)
{
	struct suite_pair *at;

	if ((pairs->count & (pairs->count - 1)) == 0) {
		size_t capacity = pairs->count ? 2 * pairs->count : 1;

		at = realloc(pairs->at, capacity * sizeof(*at));
		if (!at)
			return suite_out_of_memory(reader);
		pairs->at = at;
	}
	pairs->at[pairs->count++] = (struct suite_pair){name, value};
	return 0;
}

static int gather(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *node, const char *key, int depth);

/* Adds the value of a merge key: a mapping, or a list of mappings. */
static int merge(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *node, const char *key, int depth)
{
	int rc = 0;

	if (depth == MERGE_DEPTH_MAX)
		return suite_refuse(
			reader, node, key, "the merges are nested too deeply");
	if (node->type == YAML_MAPPING_NODE)
		return gather(reader, pairs, node, key, depth + 1);
	if (node->type != YAML_SEQUENCE_NODE)
		return suite_refuse(reader, node, key,
			"<< takes a mapping or a list of mappings, as in "
			"'<<: *base'");
	for (yaml_node_item_t *item = node->data.sequence.items.start;
		item < node->data.sequence.items.top && !rc; item++) {
		const yaml_node_t *each = suite_node(reader, *item);

		rc = each->type == YAML_MAPPING_NODE
			? gather(reader, pairs, each, key, depth + 1)
			: suite_refuse(reader, each, key,
				  "<< takes a mapping or a list of mappings, "
				  "as in '<<: *base'");
	}
	return rc;
}

/* A mapping's own pairs win over merged ones, and earlier merges over later. */
static int gather(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *node, const char *key, int depth)
{
	yaml_node_pair_t *begin = node->data.mapping.pairs.start;
	yaml_node_pair_t *end = node->data.mapping.pairs.top;
	int rc = 0;

	for (yaml_node_pair_t *pair = begin; pair < end && !rc; pair++) {
		const yaml_node_t *name = suite_node(reader, pair->key);

		if (depth && ++reader->merged > MERGED_MAX)
			return suite_refuse(reader, node, key,
				"the merges add too many pairs");
		if (!is_merge(name) && (!depth || !has(pairs, name)))
			rc = add(reader, pairs, name,
				suite_node(reader, pair->value));
	}
	for (yaml_node_pair_t *pair = begin; pair < end && !rc; pair++)
		if (is_merge(suite_node(reader, pair->key)))
			rc = merge(reader, pairs,
				suite_node(reader, pair->value), key, depth);
	return rc;
}

int suite_pairs_of(struct suite_reader *reader, struct suite_pairs *pairs,
	const yaml_node_t *node, const char *key)
{
	*pairs = (struct suite_pairs){0};
	return gather(reader, pairs, node, key, 0);
}

void suite_pairs_release(struct suite_pairs *pairs)
{
	free(pairs->at);
	*pairs = (struct suite_pairs){0};
}
