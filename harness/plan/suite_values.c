/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/suite_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"

/* Counts bytes to keep, and refuses the node if there are too many. */
static int keep(struct suite_reader *reader, const yaml_node_t *node,
	const struct suite_key *key, size_t bytes)
{
	reader->used += bytes;
	return reader->used > SUITE_TEXT_MAX
		? suite_refuse(reader, node, key->name,
			  "the values of the suite are too long")
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

/* An entry being written: its pairs, and their places. */
struct entry {
	FILE *text, *where;
	char *texts, *places;
	size_t texts_length, places_length;
};

/* Appends a pair, whose name and value must each be one word. */
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
			"this value must not contain a space");
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

/*
 * Whether a pair is the rest of a value that has a comma: within { } a comma
 * ends an unquoted value, and the rest becomes a name without a value.
 */
static bool is_rest(const yaml_node_t *name, const yaml_node_t *value)
{
	const char *text = suite_scalar(name);

	return value->type == YAML_SCALAR_NODE &&
		value->data.scalar.length == 0 &&
		value->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		((text[0] >= '0' && text[0] <= '9') || strchr(text, '='));
}

static int refuse_rest(const struct suite_reader *reader,
	const struct suite_key *key, const yaml_node_t *name)
{
	return suite_refuse(reader, name, key->name,
		"a comma ends a value within { }; quote a value that has one, "
		"as in {latency: \"uniform:20ms,200ms\"}");
}

/* Whether the text names a distribution of two times, as work may, too. */
static bool is_of_two_times(const char *text)
{
	static const char *const pairs[] = {
		"uniform:", "normal:", "pareto:", "bimodal:"};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (strstr(text, pairs[i]))
			return true;
	return false;
}

/*
 * Whether an entry of a list is the beginning of a value that was cut at its
 * comma, and the next entry is the rest: a second time, or a part with a name
 * such as "burst=20". Entries with names of their own, NAME=VALUE or @FILE, are
 * whole.
 */
static bool is_cut(const yaml_node_t *item, const yaml_node_t *next)
{
	const char *text = suite_scalar(item), *rest = suite_scalar(next);
	size_t name = strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789");

	if (strchr(text, ',') || text[0] == '@')
		return false;
	if (rest[name] == '=')
		return !strchr(text, '=') || strstr(text, "normal:");
	return rest[0] >= '0' && rest[0] <= '9' && is_of_two_times(text);
}

static int refuse_cut(const struct suite_reader *reader,
	const struct suite_key *key, const yaml_node_t *item,
	const yaml_node_t *next)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
		"a comma ends an entry within [ ]; quote a value that has one, "
		"as in [\"%.60s,%.60s\"]",
		suite_scalar(item), suite_scalar(next));
	return suite_refuse(reader, item, key->name, text);
}

/* Refuses a list of scalars that has such an entry. */
static int check_cut(struct suite_reader *reader, const struct suite_key *key,
	const yaml_node_t *list)
{
	yaml_node_item_t *end = list->data.sequence.items.top;

	for (yaml_node_item_t *at = list->data.sequence.items.start;
		at + 1 < end; at++) {
		const yaml_node_t *item = suite_node(reader, at[0]);
		const yaml_node_t *next = suite_node(reader, at[1]);

		if (suite_is_plain(item) && suite_is_plain(next) &&
			is_cut(item, next))
			return refuse_cut(reader, key, item, next);
	}
	return 0;
}

/* As append_pair, for each value of a list. */
static int append_pairs(struct suite_reader *reader,
	const struct suite_key *key, const yaml_node_t *name,
	const yaml_node_t *value, struct entry *entry)
{
	int rc;

	if (suite_is_plain(name) && is_rest(name, value))
		return refuse_rest(reader, key, name);
	if (!suite_is_plain(name) || strpbrk(suite_scalar(name), " \t\n="))
		return suite_refuse(reader, name, key->name,
			"expected the name of a setting");
	if (value->type != YAML_SEQUENCE_NODE)
		return append_pair(reader, key, name, value, entry);
	rc = check_cut(reader, key, value);
	for (yaml_node_item_t *item = value->data.sequence.items.start;
		item < value->data.sequence.items.top && !rc; item++)
		rc = append_pair(
			reader, key, name, suite_node(reader, *item), entry);
	return rc;
}

/* Writes an entry to its open streams, and closes them. */
static int write_entry(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node, struct entry *entry)
{
	char where[SUITE_WHERE_MAX];
	struct suite_pairs pairs;
	int rc = suite_pairs_of(reader, &pairs, node, key->name);

	suite_place(reader, node->start_mark, key->name, where);
	fputs(where, entry->where);
	for (size_t i = 0; i < pairs.count && !rc; i++)
		rc = append_pairs(reader, key, pairs.at[i].name,
			pairs.at[i].value, entry);
	suite_pairs_release(&pairs);
	if ((text_stream_close(entry->text, &entry->texts) |
		    text_stream_close(entry->where, &entry->places)) != 0 &&
		!rc)
		rc = suite_out_of_memory(reader);
	return rc;
}

/* Adds a mapping of a list as one text. */
static int add_mapping(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	struct entry entry = {.text = NULL};
	int rc;

	if (node->type != YAML_MAPPING_NODE)
		return suite_refuse(reader, node, key->name,
			"expected a mapping, as in the rest of this list");
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
			"an empty list; omit the key or give a value");
	key->shape = suite_node(reader, *items)->type == YAML_MAPPING_NODE
		? SUITE_MAPS
		: SUITE_LIST;
	rc = check_cut(reader, key, node);
	for (; items < end && !rc; items++) {
		const yaml_node_t *item = suite_node(reader, *items);

		rc = key->shape == SUITE_MAPS ? add_mapping(reader, key, item)
					      : add_scalar(reader, key, item);
	}
	return rc;
}

/* Adds a pair of a mapping of scalars as one text. */
static int add_pair(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *name, const yaml_node_t *value)
{
	const yaml_node_t *wrong = suite_is_plain(name) ? value : name;
	char *text;
	int length, rc;

	if (!suite_is_plain(wrong))
		return suite_refuse(
			reader, wrong, key->name, "expected text or a number");
	if (is_rest(name, value))
		return refuse_rest(reader, key, name);
	length = asprintf(
		&text, "%s=%s", suite_scalar(name), suite_scalar(value));
	if (length < 0)
		return suite_out_of_memory(reader);
	rc = add_value(reader, key, value, text, (size_t)length);
	free(text);
	return rc;
}

static int add_map(struct suite_reader *reader, struct suite_key *key,
	const yaml_node_t *node)
{
	struct suite_pairs pairs;
	int rc = suite_pairs_of(reader, &pairs, node, key->name);

	key->shape = SUITE_MAP;
	for (size_t i = 0; i < pairs.count && !rc; i++)
		rc = add_pair(reader, key, pairs.at[i].name, pairs.at[i].value);
	suite_pairs_release(&pairs);
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
