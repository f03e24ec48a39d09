/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/settings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/error.h"

enum { WORD_MAX = 256 }; /* of one key or value, decoded, with its '\0' */

struct setting {
	const char *key;
	int (*set)(struct settings *settings, const char *value,
		struct mock_error *err);
	/* Writes the value as settings_set takes it. */
	void (*get)(const struct settings *settings, char value[WORD_MAX]);
};

static int set_latency(
	struct settings *settings, const char *value, struct mock_error *err)
{
	struct latency latency;
	int rc = latency_parse(&latency, value, err);

	if (rc)
		return rc;
	latency_release(&settings->latency);
	settings->latency = latency;
	return 0;
}

static void get_latency(const struct settings *settings, char value[WORD_MAX])
{
	(void)snprintf(value, WORD_MAX, "%s", settings->latency.text);
}

static int set_seed(
	struct settings *settings, const char *value, struct mock_error *err)
{
	uint64_t seed = 0;
	const char *c = value;

	for (; *c >= '0' && *c <= '9'; c++) {
		uint64_t digit = (uint64_t)(*c - '0');

		if (seed > (UINT64_MAX - digit) / 10)
			break;
		seed = seed * 10 + digit;
	}
	if (!*value || *c)
		return mock_error_set(err, -EINVAL,
			"seed: '%.60s' is no whole number from 0 to %" PRIu64
			"; right would be seed=7",
			value, UINT64_MAX);
	settings->seed = seed;
	return 0;
}

static void get_seed(const struct settings *settings, char value[WORD_MAX])
{
	(void)snprintf(value, WORD_MAX, "%" PRIu64, settings->seed);
}

static const struct setting table[] = {
	{"latency", set_latency, get_latency},
	{"seed", set_seed, get_seed},
};
enum { SETTINGS = sizeof(table) / sizeof(*table) };

struct settings settings_copy(const struct settings *settings)
{
	struct settings copy = *settings;

	copy.latency = latency_copy(&settings->latency);
	return copy;
}

void settings_release(struct settings *settings)
{
	latency_release(&settings->latency);
}

int settings_set(struct settings *settings, const char *key, const char *value,
	struct mock_error *err)
{
	char known[WORD_MAX] = "";

	for (size_t i = 0; i < SETTINGS; i++) {
		size_t used = strlen(known);

		if (strcmp(key, table[i].key) == 0)
			return table[i].set(settings, value, err);
		(void)snprintf(known + used, sizeof(known) - used, " %s",
			table[i].key);
	}
	return mock_error_set(
		err, -EINVAL, "unknown key '%.60s'; known are:%s", key, known);
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)((found - digits) & 15) : -1;
}

/* Undoes percent encoding. Returns 0, or -EINVAL when it is none or too long. */
static int decode(const char *text, size_t length, char word[WORD_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i] == '+' ? ' ' : text[i];

		if (c == '%') {
			if (length - i < 3 || hex_digit(text[i + 1]) < 0 ||
				hex_digit(text[i + 2]) < 0)
				return -EINVAL;
			c = (char)(hex_digit(text[i + 1]) * 16 +
				hex_digit(text[i + 2]));
			i += 2;
		}
		if (c < ' ' || c > '~' || n == WORD_MAX - 1)
			return -EINVAL;
		word[n++] = c;
	}
	word[n] = '\0';
	return 0;
}

/* Sets "key=value". */
static int apply_pair(struct settings *settings, const char *pair,
	size_t length, struct mock_error *err)
{
	const char *equals = memchr(pair, '=', length);
	size_t key_length = equals ? (size_t)(equals - pair) : 0;
	char key[WORD_MAX], value[WORD_MAX];

	if (!key_length || decode(pair, key_length, key) ||
		decode(equals + 1, length - key_length - 1, value))
		return mock_error_set(err, -EINVAL,
			"a form of printable text like "
			"latency=uniform:20ms,200ms&seed=7 is wanted");
	return settings_set(settings, key, value, err);
}

int settings_apply_form(struct settings *settings, const char *form,
	size_t length, struct mock_error *err)
{
	struct settings changed = settings_copy(settings);
	int rc = 0;

	while (length && !rc) {
		const char *end = memchr(form, '&', length);
		size_t pair = end ? (size_t)(end - form) : length;

		rc = apply_pair(&changed, form, pair, err);
		form += pair + (end != NULL);
		length -= pair + (end != NULL);
	}
	settings_release(rc ? &changed : settings);
	if (!rc)
		*settings = changed;
	return rc;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || strchr("-._~:,/", c) != NULL;
}

size_t settings_to_form(
	const struct settings *settings, char form[SETTINGS_FORM_MAX])
{
	char value[WORD_MAX];
	size_t n = 0;

	for (size_t i = 0; i < SETTINGS; i++) {
		n += (size_t)snprintf(form + n, SETTINGS_FORM_MAX - n,
			"%s%s=", i ? "&" : "", table[i].key);
		table[i].get(settings, value);
		for (const char *c = value; *c; c++)
			n += (size_t)snprintf(form + n, SETTINGS_FORM_MAX - n,
				is_plain(*c) ? "%c" : "%%%02X",
				(unsigned char)*c);
	}
	return n;
}
