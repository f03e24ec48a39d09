/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a value of this option may be written in that shape. */
static bool takes(const struct option_spec *option, enum suite_shape shape)
{
	switch (shape) {
	case SUITE_SCALAR:
		return true;
	case SUITE_LIST:
		return option_is_list(option);
	case SUITE_MAP:
		return option->parts == PARTS_PAIRS;
	case SUITE_MAPS:
		return option->parts == PARTS_ENTRIES;
	}
	return false;
}

static const char *what_is_taken(const struct option_spec *option)
{
	if (option->parts == PARTS_PAIRS)
		return "a mapping of names";
	if (option->parts == PARTS_ENTRIES)
		return "a list of mappings";
	return option_is_list(option) ? "a value or a list of values"
				      : "one value";
}

static int apply_key(const struct suite_key *key,
	const struct option_spec *option, void *settings, struct fr_error *err)
{
	struct texts *list = (void *)((char *)settings + option->offset);

	if (!takes(option, key->shape))
		return fr_error_set(err, EXIT_USAGE, "%s: expected %s",
			key->where, what_is_taken(option));
	if (key->shape == SUITE_SCALAR)
		return option_store(option, settings, key->values.at[0].text,
			key->values.at[0].where, false, err);
	texts_release(list);
	for (size_t i = 0; i < key->values.count; i++) {
		const struct text *value = &key->values.at[i];

		if (texts_add(list, value->text, strlen(value->text),
			    value->where))
			return fr_error_memory(err);
	}
	return 0;
}

int suite_apply(const struct suite_file *file,
	const struct option_spec *options, void *settings, struct fr_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < file->count && !rc; i++) {
		const struct suite_key *key = &file->keys[i];
		const struct option_spec *option =
			option_find(options, key->name, key->where, err);

		rc = option ? apply_key(key, option, settings, err) : -1;
	}
	return rc;
}

static bool is_swept(const struct option_spec *option)
{
	return option_is_list(option) &&
		option->offset + sizeof(struct texts) <= sizeof(struct sweep);
}

/*
 * The place behind the given one among those of an entry, as the shape
 * SUITE_MAPS has them. Where there is but one, it stands for all.
 */
static const char *next_place(const char *all, const char *place)
{
	const char *end = strchr(place, '\n');

	return end ? end + 1 : all;
}

/* Stores "KEY=VALUES", and moves *place to the place of the values. */
static int take_word(struct sweep *sweep, const struct option_spec *options,
	char *word, const char *all, const char **place, struct fr_error *err)
{
	const char *name_at = next_place(all, *place);
	const char *value_at = next_place(all, name_at);
	const struct option_spec *option;
	char *value = strchr(word, '=');
	char where[400];

	*place = value_at;
	if (!value)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': must be like 'strategy=openmp "
			"concurrency=1,2'",
			all, word);
	*value++ = '\0';
	(void)snprintf(where, sizeof(where), "%.*s: %.60s",
		(int)strcspn(name_at, "\n"), name_at, word);
	option = option_find(options, word, where, err);
	if (!option)
		return -1;
	if (!is_swept(option))
		return fr_error_set(err, EXIT_USAGE,
			"%s: is the same for all cells, so an entry "
			"cannot name it",
			where);
	(void)snprintf(where, sizeof(where), "%.*s: %.60s",
		(int)strcspn(value_at, "\n"), value_at, word);
	return option_store(option, sweep, value, where, true, err);
}

int suite_entry(struct sweep *sweep, const struct option_spec *options,
	const struct text *entry, struct fr_error *err)
{
	char *copy = strdup(entry->text), *rest = NULL, *word;
	const char *place = entry->where;
	int rc = 0;

	*sweep = (struct sweep){0};
	if (!copy)
		return fr_error_memory(err);
	word = strtok_r(copy, " \t\n", &rest);
	if (!word)
		rc = fr_error_set(err, EXIT_USAGE,
			"%s: names no setting, as in 'strategy=openmp'",
			entry->where);
	for (; word && !rc; word = strtok_r(NULL, " \t\n", &rest))
		rc = take_word(sweep, options, word, entry->where, &place, err);
	free(copy);
	return rc;
}
