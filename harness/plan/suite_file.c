/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first pass only checks the depth. Then libyaml composes the document: a
 * tree of nodes with marks, in which an alias is the node that it names and not
 * a copy. The tree is read no deeper than the shape of a suite allows, so that
 * nesting cannot make this slow; what aliases repeat is counted in bytes.
 */
#include "harness/plan/suite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/plan/suite_values.h"
#include "mock_server/mark.h"

enum { DEPTH_MAX = 4 };

static int take_key(struct suite_reader *reader, const yaml_node_t *name,
	const yaml_node_t *value)
{
	struct suite_file *file = reader->file;
	struct suite_key *key;
	char where[SUITE_WHERE_MAX];

	if (!suite_is_plain(name) || name->data.scalar.length > 60)
		return suite_refuse(
			reader, name, "key", "expected a short word");
	for (size_t i = 0; i < file->count; i++)
		if (strcmp(file->keys[i].name, suite_scalar(name)) == 0)
			return suite_refuse(reader, name, suite_scalar(name),
				"this key appears twice");
	if (file->count == SUITE_KEYS_MAX)
		return suite_refuse(
			reader, name, suite_scalar(name), "too many keys");
	suite_place(reader, name->start_mark, suite_scalar(name), where);
	key = &file->keys[file->count++];
	*key = (struct suite_key){
		.name = strdup(suite_scalar(name)), .where = strdup(where)};
	if (!key->name || !key->where)
		return suite_out_of_memory(reader);
	return suite_take_value(reader, key, value);
}

static int take_document(struct suite_reader *reader)
{
	const yaml_node_t *root =
		yaml_document_get_root_node(&reader->document);
	struct suite_pairs pairs;
	int rc;

	if (!root)
		return fr_error_set(reader->err, EXIT_USAGE,
			"%.200s: holds no settings; a suite has lines like "
			"'concurrency: [1, 20]'",
			reader->name);
	if (root->type != YAML_MAPPING_NODE)
		return suite_refuse(reader, root, "a suite",
			"expected lines like 'concurrency: [1, 20]'");
	rc = suite_pairs_of(reader, &pairs, root, "a suite");
	/* Keys that begin with x- only hold mappings for merge keys. */
	for (size_t i = 0; i < pairs.count && !rc; i++)
		if (!suite_is_plain(pairs.at[i].name) ||
			strncmp(suite_scalar(pairs.at[i].name), "x-", 2) != 0)
			rc = take_key(
				reader, pairs.at[i].name, pairs.at[i].value);
	suite_pairs_release(&pairs);
	return rc;
}

static int refuse_syntax(
	const struct suite_reader *reader, const yaml_parser_t *parser)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return suite_out_of_memory(reader);
	return fr_error_set(reader->err, EXIT_USAGE,
		"%.200s:%zu:%zu: this is not YAML: %.100s", reader->name,
		parser->problem_mark.line + 1, parser->problem_mark.column + 1,
		parser->problem ? parser->problem : "it cannot be read");
}

static int refuse_second(
	const struct suite_reader *reader, yaml_parser_t *parser)
{
	yaml_document_t second;
	int rc = 0;

	if (!yaml_parser_load(parser, &second))
		return refuse_syntax(reader, parser);
	if (yaml_document_get_root_node(&second))
		rc = fr_error_set(reader->err, EXIT_USAGE,
			"%.200s:%zu:1: a second document; a suite has one",
			reader->name, second.start_mark.line + 1);
	yaml_document_delete(&second);
	return rc;
}

/*
 * Reads the events only, and stops below the depth of any suite: libyaml would
 * take a minute to load a hundred thousand nested brackets.
 */
static int check_depth(struct suite_reader *reader, yaml_parser_t *parser)
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

static int take_documents(struct suite_reader *reader, yaml_parser_t *parser)
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

/* Runs one of the two passes above on the text. */
static int go_through(struct suite_reader *reader, const char *text,
	size_t length,
	int (*pass)(struct suite_reader *reader, yaml_parser_t *parser))
{
	yaml_parser_t parser;
	int rc;

	if (!yaml_parser_initialize(&parser))
		return suite_out_of_memory(reader);
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)text, length);
	rc = pass(reader, &parser);
	yaml_parser_delete(&parser);
	return rc;
}

int suite_file_parse(struct suite_file *file, const char *text, size_t length,
	const char *name, struct fr_error *err)
{
	struct suite_reader reader = {.file = file, .name = name, .err = err};
	int rc;

	*file = (struct suite_file){.text = strndup(text, length),
		.keys = calloc(SUITE_KEYS_MAX, sizeof(*file->keys))};
	rc = file->text && file->keys
		? go_through(&reader, text, length, check_depth)
		: suite_out_of_memory(&reader);
	if (!rc)
		rc = go_through(&reader, text, length, take_documents);
	if (rc)
		suite_file_release(file);
	return rc;
}

/* Parses the file's bytes, without a byte order mark. */
static int parse_marked(struct suite_file *file, const char *text,
	size_t length, const char *path, struct fr_error *err)
{
	const char *alien;
	size_t mark = text_mark(text, length, &alien);

	return alien
		? fr_error_set(err, EXIT_USAGE,
			  "%.200s is %s; save it as UTF-8", path, alien)
		: suite_file_parse(file, text + mark, length - mark, path, err);
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
		rc = fr_error_memory(err);
	else if (fd < 0 || got < 0)
		rc = fr_error_set(err, fr_status_of(errno),
			"cannot read the suite %.200s: %s", path,
			strerror(errno));
	else if (length > SUITE_FILE_MAX)
		rc = fr_error_set(err, EXIT_USAGE,
			"%.200s: is longer than 1 MiB, the limit of a suite",
			path);
	else
		rc = parse_marked(file, text, length, path, err);
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
