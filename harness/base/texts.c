/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/texts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"

int texts_add(
	struct texts *texts, const char *text, size_t length, const char *where)
{
	size_t room = strlen(where) + 1;
	struct text *at;
	char *memory;

	if (array_grow((void **)&texts->at, texts->count, &texts->capacity,
		    sizeof(*texts->at)))
		return -ENOMEM;
	memory = malloc(length + 1 + room);
	if (!memory)
		return -ENOMEM;
	memcpy(memory, text, length);
	memory[length] = '\0';
	memcpy(memory + length + 1, where, room);
	at = &texts->at[texts->count++];
	at->text = memory;
	at->where = memory + length + 1;
	return 0;
}

/* Behind the name that text starts with, such as "uniform"; NULL: none. */
static const char *behind_name(const char *text)
{
	size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	return letters ? text + letters : NULL;
}

/*
 * Whether a spec starts here: with a name and a colon, or with a name alone,
 * such as "save". A parameter is a number, or has its name before a =.
 */
static bool starts_spec(const char *text)
{
	const char *behind = behind_name(text);

	return behind && strchr(":,+", *behind);
}

/* The length of the first spec of a list. */
static size_t spec_length(const char *list)
{
	const char *behind = behind_name(list);
	bool bare = !behind || (*behind != ':' && *behind != '+');
	size_t length = strcspn(list, ",");

	while (!bare && list[length] && !starts_spec(list + length + 1))
		length += 1 + strcspn(list + length + 1, ",");
	return length;
}

static size_t word_length(const char *list)
{
	return strcspn(list, ",");
}

static int add_parts(struct texts *texts, const char *list, const char *where,
	size_t (*length_of)(const char *list))
{
	int rc = 0;

	while (!rc && list) {
		size_t length = length_of(list);

		rc = texts_add(texts, list, length, where);
		list = list[length] ? list + length + 1 : NULL;
	}
	return rc;
}

int texts_add_list(struct texts *texts, const char *list, const char *where)
{
	return add_parts(texts, list, where, word_length);
}

int texts_add_specs(struct texts *texts, const char *list, const char *where)
{
	return add_parts(texts, list, where, spec_length);
}

void texts_release(struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->at[i].text); /* `where` is in the same block */
	free(texts->at);
	*texts = (struct texts){0};
}

bool word_is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}
