/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A first pass looks at nothing but the depth. Then libyaml composes the
 * document: a tree of nodes with marks, in which an alias
 * is the node it names and not a copy. The walk goes no deeper than the shape
 * allows, so neither nesting nor aliases can make it long; what they repeat is
 * counted in bytes.
 */
#include "harness/plan/suite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

/* Room for "FILE:LINE:COLUMN: KEY"; a longer name of a file is cut. */
enum { WHERE_MAX = 320, DEPTH_MAX = 4 };

struct reader {
	struct suite_file *file;
	const char *name;
	yaml_document_t document;
	size_t used; /* bytes of values so far */
	struct fr_error *err;
};

static int out_of_memory(struct fr_error *err)
{
	return fr_error_set(err, EXIT_INVALID, "out of memory");
}

static void place(const struct reader *reader, yaml_mark_t mark,
	const char *key, char where[WHERE_MAX])
{
	(void)snprintf(where, WHERE_MAX, "%.200s:%zu:%zu: %.60s", reader->name,
		mark.line + 1, mark.column + 1, key);
}

/* What is wrong with a node of the key's value. */
static int refuse(const struct reader *reader, const yaml_node_t *node,
	const char *key, const char *words)
{
	char where[WHERE_MAX];

	place(reader, node->start_mark, key, where);
	return fr_error_set(reader->err, EXIT_USAGE, "%s: %s", where, words);
}

static yaml_node_t *node_at(struct reader *reader, int index)
{
	return yaml_document_get_node(&reader->document, index);
}

static const char *scalar(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* Whether it is a scalar that can be shown: NUL and ESC hide in "\0\x1b". */
static bool is_plain(const yaml_node_t *node)
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

static int add_value(struct reader *reader, struct suite_key *key,
	const yaml_node_t *node, const char *text, size_t length)
{
	char where[WHERE_MAX];

	reader->used += length + 1;
	if (reader->used > SUITE_TEXT_MAX)
		return refuse(reader, node, key->name,
			"the values are too long; a suite is short");
	place(reader, node->start_mark, key->name, where);
	return texts_add(&key->values, text, length, where)
		? out_of_memory(reader->err)
		: 0;
}

static int add_scalar(
	struct reader *reader, struct suite_key *key, const yaml_node_t *node)
{
	if (!is_plain(node))
		return refuse(
			reader, node, key->name, "expected text or a number");
	return add_value(
		reader, key, node, scalar(node), node->data.scalar.length);
}

/* Appends "key=value", behind a space if there is something before. */
static int append_pair(struct reader *reader, const struct suite_key *key,
	const yaml_node_t *name, const yaml_node_t *value, char **text,
	size_t *length)
{
	size_t more = 0;
	char *longer;

	if (!is_plain(name) || !is_plain(value))
		return refuse(
			reader, value, key->name, "expected text or a number");
	more = name->data.scalar.length + value->data.scalar.length + 2;
	if (*length + more > SUITE_TEXT_MAX)
		return refuse(reader, value, key->name,
			"the values are too long; a suite is short");
	longer = realloc(*text, *length + more + 1);
	if (!longer)
		return out_of_memory(reader->err);
	*text = longer;
	*length += (size_t)sprintf(longer + *length, "%s%s=%s",
		*length ? " " : "", scalar(name), scalar(value));
	return 0;
}

/* As append_pair, of words that must stay words, and of each of a list. */
static int append_words(struct reader *reader, const struct suite_key *key,
	const yaml_node_t *name, const yaml_node_t *value, char **text,
	size_t *length)
{
	int rc = 0;

	if (value->type == YAML_SEQUENCE_NODE) {
		for (yaml_node_item_t *item = value->data.sequence.items.start;
			item < value->data.sequence.items.top && !rc; item++) {
			const yaml_node_t *one = node_at(reader, *item);

			rc = one->type == YAML_SEQUENCE_NODE
				? refuse(reader, one, key->name,
					  "expected text or a number")
				: append_words(
					  reader, key, name, one, text, length);
		}
		return rc;
	}
	if (is_plain(value) && strpbrk(scalar(value), " \t\n"))
		return refuse(reader, value, key->name,
			"a value may have no space here");
	return append_pair(reader, key, name, value, text, length);
}

/* A mapping of a list, as one text. */
static int add_mapping(
	struct reader *reader, struct suite_key *key, const yaml_node_t *node)
{
	char *text = NULL;
	size_t length = 0;
	int rc = 0;

	if (node->type != YAML_MAPPING_NODE)
		return refuse(reader, node, key->name,
			"expected a mapping, as the others of its list are");
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top && !rc; pair++)
		rc = append_words(reader, key, node_at(reader, pair->key),
			node_at(reader, pair->value), &text, &length);
	if (!rc)
		rc = add_value(reader, key, node, text ? text : "", length);
	free(text);
	return rc;
}

static int add_list(
	struct reader *reader, struct suite_key *key, const yaml_node_t *node)
{
	yaml_node_item_t *items = node->data.sequence.items.start;
	yaml_node_item_t *end = node->data.sequence.items.top;
	int rc = 0;

	if (items == end)
		return refuse(reader, node, key->name,
			"an empty list; leave the key out, or name a value");
	key->shape = node_at(reader, *items)->type == YAML_MAPPING_NODE
		? SUITE_MAPS
		: SUITE_LIST;
	for (; items < end && !rc; items++) {
		const yaml_node_t *item = node_at(reader, *items);

		rc = key->shape == SUITE_MAPS ? add_mapping(reader, key, item)
					      : add_scalar(reader, key, item);
	}
	return rc;
}

static int add_map(
	struct reader *reader, struct suite_key *key, const yaml_node_t *node)
{
	int rc = 0;

	key->shape = SUITE_MAP;
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top && !rc; pair++) {
		const yaml_node_t *value = node_at(reader, pair->value);
		char *text = NULL;
		size_t length = 0;

		rc = append_pair(reader, key, node_at(reader, pair->key), value,
			&text, &length);
		if (!rc)
			rc = add_value(reader, key, value, text, length);
		free(text);
	}
	return rc;
}

static int take_value(
	struct reader *reader, struct suite_key *key, const yaml_node_t *node)
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

static int take_key(struct reader *reader, const yaml_node_t *name,
	const yaml_node_t *value)
{
	struct suite_file *file = reader->file;
	struct suite_key *key;
	char where[WHERE_MAX];

	if (!is_plain(name) || name->data.scalar.length > 60)
		return refuse(reader, name, "key", "expected a short word");
	for (size_t i = 0; i < file->count; i++)
		if (strcmp(file->keys[i].name, scalar(name)) == 0)
			return refuse(reader, name, scalar(name),
				"stands here for the second time");
	if (file->count == SUITE_KEYS_MAX)
		return refuse(reader, name, scalar(name), "too many keys");
	place(reader, name->start_mark, scalar(name), where);
	key = &file->keys[file->count++];
	*key = (struct suite_key){
		.name = strdup(scalar(name)), .where = strdup(where)};
	if (!key->name || !key->where)
		return out_of_memory(reader->err);
	return take_value(reader, key, value);
}

static int take_document(struct reader *reader)
{
	const yaml_node_t *root =
		yaml_document_get_root_node(&reader->document);
	int rc = 0;

	if (!root)
		return fr_error_set(reader->err, EXIT_USAGE,
			"%.200s: holds no settings; a suite has lines like "
			"'concurrency: [1, 20]'",
			reader->name);
	if (root->type != YAML_MAPPING_NODE)
		return refuse(reader, root, "a suite",
			"expected lines like 'concurrency: [1, 20]'");
	for (yaml_node_pair_t *pair = root->data.mapping.pairs.start;
		pair < root->data.mapping.pairs.top && !rc; pair++)
		rc = take_key(reader, node_at(reader, pair->key),
			node_at(reader, pair->value));
	return rc;
}

static int refuse_syntax(
	const struct reader *reader, const yaml_parser_t *parser)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return out_of_memory(reader->err);
	return fr_error_set(reader->err, EXIT_USAGE,
		"%.200s:%zu:%zu: this is no YAML: %.100s", reader->name,
		parser->problem_mark.line + 1, parser->problem_mark.column + 1,
		parser->problem ? parser->problem : "it cannot be read");
}

static int refuse_second(const struct reader *reader, yaml_parser_t *parser)
{
	yaml_document_t second;
	int rc = 0;

	if (!yaml_parser_load(parser, &second))
		return refuse_syntax(reader, parser);
	if (yaml_document_get_root_node(&second))
		rc = fr_error_set(reader->err, EXIT_USAGE,
			"%.200s:%zu:1: a second document; a file is one suite",
			reader->name, second.start_mark.line + 1);
	yaml_document_delete(&second);
	return rc;
}

/*
 * Goes through the events alone, and no deeper than any suite is: a loader
 * that follows a hundred thousand brackets down is a minute at it.
 */
static int check_depth(struct reader *reader, yaml_parser_t *parser)
{
	int depth = 0, rc = 0;
	bool ended = false;

	while (!ended && !rc) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return refuse_syntax(reader, parser);
		depth += event.type == YAML_SEQUENCE_START_EVENT ||
			event.type == YAML_MAPPING_START_EVENT;
		depth -= event.type == YAML_SEQUENCE_END_EVENT ||
			event.type == YAML_MAPPING_END_EVENT;
		ended = event.type == YAML_STREAM_END_EVENT;
		if (depth > DEPTH_MAX)
			rc = fr_error_set(reader->err, EXIT_USAGE,
				"%.200s:%zu:%zu: is nested too deeply for a "
				"suite",
				reader->name, event.start_mark.line + 1,
				event.start_mark.column + 1);
		yaml_event_delete(&event);
	}
	return rc;
}

static int take_documents(struct reader *reader, yaml_parser_t *parser)
{
	int rc;

	if (!yaml_parser_load(parser, &reader->document))
		return refuse_syntax(reader, parser);
	rc = take_document(reader);
	if (!rc)
		rc = refuse_second(reader, parser);
	yaml_document_delete(&reader->document);
	return rc;
}

/* Has the text gone through by one of the two above. */
static int go_through(struct reader *reader, const char *text, size_t length,
	int (*pass)(struct reader *reader, yaml_parser_t *parser))
{
	yaml_parser_t parser;
	int rc;

	if (!yaml_parser_initialize(&parser))
		return out_of_memory(reader->err);
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)text, length);
	rc = pass(reader, &parser);
	yaml_parser_delete(&parser);
	return rc;
}

int suite_file_parse(struct suite_file *file, const char *text, size_t length,
	const char *name, struct fr_error *err)
{
	struct reader reader = {.file = file, .name = name, .err = err};
	int rc;

	*file = (struct suite_file){.text = strndup(text, length),
		.keys = calloc(SUITE_KEYS_MAX, sizeof(*file->keys))};
	rc = file->text && file->keys
		? go_through(&reader, text, length, check_depth)
		: out_of_memory(err);
	if (!rc)
		rc = go_through(&reader, text, length, take_documents);
	if (rc)
		suite_file_release(file);
	return rc;
}

int suite_file_read(
	struct suite_file *file, const char *path, struct fr_error *err)
{
	char *text = malloc(SUITE_FILE_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t length = 0;
	ssize_t got = 1;
	int rc;

	*file = (struct suite_file){0};
	while (text && fd >= 0 && got > 0 && length <= SUITE_FILE_MAX) {
		got = read(fd, text + length, SUITE_FILE_MAX + 1 - length);
		if (got > 0)
			length += (size_t)got;
	}
	if (!text)
		rc = out_of_memory(err);
	else if (fd < 0 || got < 0)
		rc = fr_error_set(err, EXIT_USAGE,
			"cannot read the suite %.200s: %s", path,
			strerror(errno));
	else if (length > SUITE_FILE_MAX)
		rc = fr_error_set(err, EXIT_USAGE,
			"%.200s: is longer than a MiB; a suite is short", path);
	else
		rc = suite_file_parse(file, text, length, path, err);
	if (fd >= 0)
		close(fd);
	free(text);
	return rc;
}

void suite_file_release(struct suite_file *file)
{
	for (size_t i = 0; i < file->count; i++) {
		free(file->keys[i].name);
		free(file->keys[i].where);
		texts_release(&file->keys[i].values);
	}
	free(file->keys);
	free(file->text);
	*file = (struct suite_file){0};
}
