/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of a table of options as JSON, which run.json keeps, and back. */
#include "harness/options/options.h"

#include <stdio.h>
#include <string.h>

static json_t *describe_list(const struct texts *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++) {
		/* A text that is not UTF-8 is none to JSON. */
		if (json_array_append_new(
			    array, json_string(list->at[i].text)) == 0)
			continue;
		json_decref(array);
		return NULL;
	}
	return array;
}

static json_t *describe_value(
	const struct option_spec *option, const void *settings)
{
	const void *value = (const char *)settings + option->offset;
	const char *text;

	switch (option->type) {
	case OPTION_FLAG:
		return json_boolean(*(const bool *)value);
	case OPTION_TEXT:
		text = *(const char *const *)value;
		return text ? json_string(text) : json_null();
	case OPTION_AUTO:
		if (*(const uint64_t *)value == 0)
			return json_string(OPTION_AUTO_WORD);
		/* fall through */
	case OPTION_NUMBER:
	case OPTION_DURATION:
		return json_integer((json_int_t) * (const uint64_t *)value);
	case OPTION_LIST:
		return describe_list(value);
	}
	return NULL;
}

static void member_name(
	const struct option_spec *option, char *name, size_t size)
{
	(void)snprintf(name, size, "%s%s", option->name,
		option->type == OPTION_DURATION ? "_ns" : "");
}

json_t *options_describe(
	const struct option_spec *options, const void *settings)
{
	json_t *object = json_object();
	char name[64];

	for (const struct option_spec *o = options; o->name && object; o++) {
		member_name(o, name, sizeof(name));
		if (json_object_set_new(
			    object, name, describe_value(o, settings))) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

static bool recall_list(
	struct texts *list, const json_t *array, const char *name)
{
	char where[80];
	size_t i;
	const json_t *text;

	(void)snprintf(where, sizeof(where), "run.json: %s", name);

	json_array_foreach(array, i, text)
	{
		if (!json_is_string(text) ||
			texts_add(list, json_string_value(text),
				json_string_length(text), where))
			return false;
	}
	return json_is_array(array);
}

static bool recall_value(
	const struct option_spec *option, const json_t *json, void *settings)
{
	void *value = (char *)settings + option->offset;
	uint64_t number = (uint64_t)json_integer_value(json);

	switch (option->type) {
	case OPTION_FLAG:
		*(bool *)value = json_is_true(json);
		return json_is_boolean(json);
	case OPTION_TEXT:
		*(const char **)value = json_string_value(json);
		return json_is_string(json) || json_is_null(json);
	case OPTION_NUMBER:
	case OPTION_DURATION:
		*(uint64_t *)value = number;
		return json_is_integer(json) && number >= option->min &&
			number <= option->max;
	case OPTION_AUTO:
		*(uint64_t *)value = number; /* 0 of a word */
		return json_is_integer(json)
			? number >= option->min && number <= option->max
			: json_is_string(json) &&
				strcmp(json_string_value(json),
					OPTION_AUTO_WORD) == 0;
	case OPTION_LIST:
		return recall_list(value, json, option->name);
	}
	return false;
}

int options_recall(const struct option_spec *options, const json_t *object,
	void *settings, struct fr_error *err)
{
	size_t known = 0;
	char name[64];

	if (!json_is_object(object))
		return fr_error_set(
			err, EXIT_USAGE, "run.json has no settings");
	for (const struct option_spec *o = options; o->name; o++) {
		const json_t *value;

		member_name(o, name, sizeof(name));
		value = json_object_get(object, name);
		if (value && !recall_value(o, value, settings))
			return fr_error_set(err, EXIT_USAGE,
				"run.json: settings: %s is not what flagrace "
				"writes",
				name);
		known += value != NULL;
	}
	if (known < json_object_size(object))
		return fr_error_set(err, EXIT_USAGE,
			"run.json: settings: one of them is not known "
			"to this version of flagrace");
	return 0;
}
