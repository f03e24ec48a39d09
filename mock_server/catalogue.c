/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/catalogue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "mock_server/canvas.h"
#include "mock_server/flags.h"

enum { LETTERS = 26 };

struct entry {
	struct response gif, metadata; /* bytes NULL: no such flag */
};

struct catalogue {
	struct entry entries[LETTERS][LETTERS]; /* by the code's letters */
};

/* 0..25, or -1 */
static int letter(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return -1;
}

static int add_flag(struct entry *entry, const struct flag *flag)
{
	struct canvas canvas;
	unsigned char *gif;
	size_t length;
	char metadata[128];
	int rc, n;

	flag->draw(&canvas);
	rc = canvas_to_gif(&canvas, &gif, &length);
	if (rc)
		return rc;
	rc = response_init(&entry->gif, 200, "image/gif", "", gif, length);
	free(gif);
	if (rc)
		return rc;
	n = snprintf(metadata, sizeof(metadata),
		"{\"country\": \"%s\", \"iso_cc\": \"%s\"}\n", flag->country,
		flag->code);
	return response_init(&entry->metadata, 200, "application/json", "",
		metadata, (size_t)n);
}

int catalogue_create(struct catalogue **out)
{
	struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
	int rc = catalogue ? 0 : -ENOMEM;

	for (size_t i = 0; !rc && i < flags_count; i++) {
		const char *code = flags[i].code;

		rc = add_flag(
			&catalogue->entries[letter(code[0])][letter(code[1])],
			&flags[i]);
	}
	if (rc) {
		catalogue_free(catalogue);
		catalogue = NULL;
	}
	*out = catalogue;
	return rc;
}

void catalogue_free(struct catalogue *catalogue)
{
	if (!catalogue)
		return;
	for (int i = 0; i < LETTERS * LETTERS; i++) {
		struct entry *entry =
			&catalogue->entries[i / LETTERS][i % LETTERS];

		response_release(&entry->gif);
		response_release(&entry->metadata);
	}
	free(catalogue);
}

/* Takes the word, letter case apart, from the front of the path. */
static int take(const char **path, size_t *length, const char *word, size_t n)
{
	if (*length < n || strncasecmp(*path, word, n) != 0)
		return 0;
	*path += n;
	*length -= n;
	return 1;
}

const struct response *catalogue_find(
	const struct catalogue *catalogue, const char *path, size_t length)
{
	const struct entry *entry;
	const struct response *found = NULL;
	const char *code;

	(void)take(&path, &length, "/data", 5);
	if (!take(&path, &length, "/flags/", 7) || length < 3 ||
		letter(path[0]) < 0 || letter(path[1]) < 0 || path[2] != '/')
		return NULL;
	code = path;
	entry = &catalogue->entries[letter(code[0])][letter(code[1])];
	path += 3;
	length -= 3;
	if (length == 6 && take(&path, &length, code, 2) &&
		take(&path, &length, ".gif", 4))
		found = &entry->gif;
	else if (length == 13 && take(&path, &length, "metadata.json", 13))
		found = &entry->metadata;
	return found && found->bytes ? found : NULL;
}
