/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the shards of a run as the folder of one run. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/files.h"
#include "harness/record/run_folder.h"
#include "harness/runs/shards.h"

/* The bytes of a file up to the end of its last whole line. */
struct lines {
	char *bytes; /* mapped; NULL: none */
	size_t mapped, length, header;
};

static int lines_open(struct lines *lines, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat file;
	const char *last, *first;
	int rc = 0;

	*lines = (struct lines){0};
	if (fd < 0)
		return -errno;
	if (fstat(fd, &file) == 0 && file.st_size > 0) {
		lines->mapped = (size_t)file.st_size;
		lines->bytes = mmap(
			NULL, lines->mapped, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (lines->bytes == MAP_FAILED) {
		lines->bytes = NULL;
		rc = -errno;
	}
	close(fd);
	if (!lines->bytes)
		return rc;
	first = memchr(lines->bytes, '\n', lines->mapped);
	last = memrchr(lines->bytes, '\n', lines->mapped);
	lines->header = first ? (size_t)(first + 1 - lines->bytes) : 0;
	lines->length = last ? (size_t)(last + 1 - lines->bytes) : 0;
	return 0;
}

static void lines_close(struct lines *lines)
{
	if (lines->bytes)
		(void)munmap(lines->bytes, lines->mapped);
}

/* Appends the rows of a shard's file, and the header of the first one. */
static int append(int out, struct lines *first, const struct shards_one *one,
	const char *file, struct fr_error *err)
{
	struct lines lines;
	char *path = NULL;
	int rc;

	if (asprintf(&path, "%s/%s", one->dir, file) < 0)
		return fr_error_memory(err);
	rc = lines_open(&lines, path);
	if (rc)
		(void)fr_error_set(err, fr_status_of(-rc), "%.300s: %s", path,
			strerror(-rc));
	else if (!first->bytes)
		rc = write_all(out, lines.bytes, lines.length);
	else if (lines.header != first->header ||
		memcmp(lines.bytes, first->bytes, lines.header) != 0)
		rc = fr_error_set(err, EXIT_USAGE,
			"%.300s has other columns than the %s of the other "
			"shards",
			path, file);
	else
		rc = write_all(out, lines.bytes + lines.header,
			lines.length - lines.header);
	free(path);
	if (first->bytes)
		lines_close(&lines);
	else
		*first = lines;
	return rc;
}

/* Writes one of the files of rows. Returns 0, or -1 with *err. */
static int join_file(const struct run_folder *folder,
	const struct shards *shards, const char *file, struct fr_error *err)
{
	char path[RUN_FOLDER_PATH_MAX];
	struct lines first = {0};
	int out, rc = 0;

	run_folder_path(path, folder, file);
	err->text[0] = '\0';
	out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (out < 0)
		rc = -errno;
	for (size_t i = 0; i < shards->given && !rc; i++)
		rc = append(out, &first, &shards->of[i], file, err);
	if (out >= 0 && close(out) < 0 && !rc)
		rc = -errno;
	lines_close(&first);
	if (rc && !err->text[0])
		(void)fr_error_set(err, EXIT_INVALID, "cannot write %.300s: %s",
			path, strerror(-rc));
	return rc ? -1 : 0;
}

/* The words of a command line without --shard. */
static json_t *whole_command(const json_t *words)
{
	json_t *whole = json_array(), *word;
	bool skip = false;
	size_t i;

	json_array_foreach(words, i, word)
	{
		const char *text = json_string_value(word);
		bool named = text && !strcmp(text, "--shard");

		if (!skip && !named && text &&
			strncmp(text, "--shard=", strlen("--shard=")) != 0)
			json_array_append(whole, word);
		skip = named && !skip;
	}
	return whole;
}

/* The run.json: the first shard's, without what is the shard's own. */
static json_t *whole_facts(const struct shards *shards)
{
	json_t *facts = json_deep_copy(shards->of[0].facts);
	json_t *list = json_array();

	for (size_t i = 0; i < shards->given; i++) {
		const json_t *its = shards->of[i].facts;

		json_array_append_new(list,
			json_pack("{s:I, s:O*, s:O*, s:O*}", "shard",
				(json_int_t)shards->of[i].shard.number, "run",
				json_object_get(its, "run"), "host_name",
				json_object_get(its, "host_name"), "host",
				json_object_get(its, "host")));
	}
	json_object_set_new(facts, "shards", list);
	json_object_del(facts, "host_name");
	json_object_set_new(
		json_object_get(facts, "settings"), "shard", json_null());
	json_object_set_new(facts, "command_line",
		whole_command(json_object_get(facts, "command_line")));
	return facts;
}

int shards_join(
	const char *folder, const struct shards *shards, struct fr_error *err)
{
	struct run_folder whole = RUN_FOLDER_CLOSED;
	json_t *facts;
	int rc;

	(void)snprintf(whole.path, sizeof(whole.path), "%s", folder);
	for (unsigned kind = 0; kind < RUN_FILES; kind++)
		if (join_file(&whole, shards, run_file_schema(kind)->file, err))
			return -1;
	facts = whole_facts(shards);
	rc = run_folder_describe(&whole, facts, err);
	json_decref(facts);
	return rc;
}
