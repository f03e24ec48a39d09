/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/suite_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int suite_out_of_memory(const struct suite_reader *reader)
{
	return fr_error_set(reader->err, EXIT_INVALID, "out of memory");
}

void suite_place(const struct suite_reader *reader, yaml_mark_t mark,
	const char *key, char where[SUITE_WHERE_MAX])
{
	(void)snprintf(where, SUITE_WHERE_MAX, "%.200s:%zu:%zu: %.60s",
		reader->name, mark.line + 1, mark.column + 1, key);
	/* A place is one line, whatever the file is called. */
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

/* NUL and ESC hide in "\0\x1b". */
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

/* Counts bytes that will be kept, and refuses the node if they are too many. */
static int keep(struct suite_reader *reader, const yaml_node_t *node,
	const struct suite_key *key, size_t bytes)
{
	reader->used += bytes;
	return reader->used > SUITE_TEXT_MAX
		? suite_refuse(reader, node, key->name,
			  "the values are too long; a suite is short")
		: 0;
}

static int add_value(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node, const char *text, size_t length)
{
	char where[SUITE_WHERE_MAX];
	int rc = keep(reader, node, key, length + 1);

	if (rc)
		return rc;
	suite_place(reader, node->start_mark, key->name, where);
	return texts_add(&key->values, text, length, where)
		? suite_out_of_memory(reader)
		: 0;
}

static int add_scalar(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	if (!suite_is_plain(node))
		return suite_refuse(
			reader, node, key->name, "expected text or a number");
	return add_value(reader, key, node, suite_scalar(node),
		node->data.scalar.length);
}

/* An entry being written: its pairs, and their places as they are kept. */
struct entry {
	FILE *text, *where;
	char *texts, *places;
	size_t texts_length, places_length;
};

/* Appends a pair of words that must stay words. */
static int append_pair(struct suite_reader *reader, const struct suite_key *key,
	const yaml_node_t *name, const yaml_node_t *value, struct entry *entry)
{
	char name_at[SUITE_WHERE_MAX], value_at[SUITE_WHERE_MAX];
	int rc;

	if (!suite_is_plain(value))
		return suite_refuse(
			reader, value, key->name, "expected text or a number");
	if (strpbrk(suite_scalar(value), " \t\n"))
		return suite_refuse(reader, value, key->name,
			"a value may have no space here");
	suite_place(reader, name->start_mark, key->name, name_at);
	suite_place(reader, value->start_mark, key->name, value_at);
	rc = keep(reader, value, key,
		name->data.scalar.length + value->data.scalar.length +
			strlen(name_at) + strlen(value_at) + 4);
	if (rc)
		return rc;
	fprintf(entry->text, "%s%s=%s", ftell(entry->text) > 0 ? " " : "",
		suite_scalar(name), suite_scalar(value));
	fprintf(entry->where, "\n%s\n%s", name_at, value_at);
	return 0;
}

/* As append_pair, of each of a list. */
static int append_pairs(struct suite_reader *reader,
	const struct suite_key *key, const yaml_node_t *name,
	const yaml_node_t *value, struct entry *entry)
{
	int rc = 0;

	if (!suite_is_plain(name) || strpbrk(suite_scalar(name), " \t\n="))
		return suite_refuse(reader, name, key->name,
			"expected the name of a setting");
	if (value->type != YAML_SEQUENCE_NODE)
		return append_pair(reader, key, name, value, entry);
	for (yaml_node_item_t *item = value->data.sequence.items.start;
		item < value->data.sequence.items.top && !rc; item++)
		rc = append_pair(
			reader, key, name, suite_node(reader, *item), entry);
	return rc;
}

/* With the streams of *entry open; closes them. */
static int write_entry(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node, struct entry *entry)
{
	char where[SUITE_WHERE_MAX];
	int rc = 0;

	suite_place(reader, node->start_mark, key->name, where);
	fputs(where, entry->where);
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top && !rc; pair++)
		rc = append_pairs(reader, key, suite_node(reader, pair->key),
			suite_node(reader, pair->value), entry);
	/* Of memory streams the one error is that there is no more. */
	if ((fclose(entry->text) | fclose(entry->where)) != 0 && !rc)
		rc = suite_out_of_memory(reader);
	return rc;
}

/* A mapping of a list, as one text. */
static int add_mapping(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	struct entry entry = {.text = NULL};
	int rc;

	if (node->type != YAML_MAPPING_NODE)
		return suite_refuse(reader, node, key->name,
			"expected a mapping, as the others of its list are");
	entry.text = open_memstream(&entry.texts, &entry.texts_length);
	entry.where = open_memstream(&entry.places, &entry.places_length);
	if (entry.text && entry.where) {
		rc = write_entry(reader, key, node, &entry);
	} else {
		rc = suite_out_of_memory(reader);
		if (entry.text)
			fclose(entry.text);
		if (entry.where)
			fclose(entry.where);
	}
	if (!rc &&
		texts_add(&key->values, entry.texts, entry.texts_length,
			entry.places))
		rc = suite_out_of_memory(reader);
	free(entry.texts);
	free(entry.places);
	return rc;
}

static int add_list(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	yaml_node_item_t *items = node->data.sequence.items.start;
	yaml_node_item_t *end = node->data.sequence.items.top;
	int rc = 0;

	if (items == end)
		return suite_refuse(reader, node, key->name,
			"an empty list; leave the key out, or name a value");
	key->shape = suite_node(reader, *items)->type == YAML_MAPPING_NODE
		? SUITE_MAPS
		: SUITE_LIST;
	for (; items < end && !rc; items++) {
		const yaml_node_t *item = suite_node(reader, *items);

		rc = key->shape == SUITE_MAPS ? add_mapping(reader, key, item)
					      : add_scalar(reader, key, item);
	}
	return rc;
}

static int add_map(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	int rc = 0;

	key->shape = SUITE_MAP;
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top && !rc; pair++) {
		const yaml_node_t *name = suite_node(reader, pair->key);
		const yaml_node_t *value = suite_node(reader, pair->value);
		const yaml_node_t *wrong = suite_is_plain(name) ? value : name;
		char *text;
		int length;

		if (!suite_is_plain(wrong))
			return suite_refuse(reader, wrong, key->name,
				"expected text or a number");
		length = asprintf(&text, "%s=%s", suite_scalar(name),
			suite_scalar(value));
		if (length < 0)
			return suite_out_of_memory(reader);
		rc = add_value(reader, key, value, text, (size_t)length);
		free(text);
	}
	return rc;
}

int suite_take_value(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_SEQUENCE_NODE:
		return add_list(reader, key, node);
	case YAML_MAPPING_NODE:
		return add_map(reader, key, node);
	default:
		key->shape = SUITE_SCALAR;
		return add_scalar(reader, key, node);
	}
}
