/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/form.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)((found - digits) & 15) : -1;
}

int form_escape(const char *text, size_t length)
{
	int high, low;

	if (length < 3 || text[0] != '%')
		return -EINVAL;
	high = hex_digit(text[1]);
	low = hex_digit(text[2]);
	return high < 0 || low < 0 ? -EINVAL : high * 16 + low;
}

static int decode(const char *text, size_t length, char word[FORM_WORD_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i] == '+' ? ' ' : text[i];

		if (c == '%') {
			int byte = form_escape(text + i, length - i);

			if (byte < 0)
				return byte;
			c = (char)byte;
			i += 2;
		}
		if (c < ' ' || c > '~' || n == FORM_WORD_MAX - 1)
			return -EINVAL;
		word[n++] = c;
	}
	word[n] = '\0';
	return 0;
}

int form_take(const char **form, size_t *length, char key[FORM_WORD_MAX],
	char value[FORM_WORD_MAX])
{
	const char *end = memchr(*form, '&', *length);
	size_t pair = end ? (size_t)(end - *form) : *length;
	const char *equals = memchr(*form, '=', pair);
	size_t key_length = equals ? (size_t)(equals - *form) : 0;

	if (!key_length || decode(*form, key_length, key) ||
		decode(equals + 1, pair - key_length - 1, value))
		return -EINVAL;
	*form += pair + (end != NULL);
	*length -= pair + (end != NULL);
	return 0;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || strchr("-._~:,/", c) != NULL;
}

size_t form_put(char *form, size_t size, size_t at, const char *text)
{
	for (; *text; text++)
		at += (size_t)snprintf(form + at, size - at,
			is_plain(*text) ? "%c" : "%%%02X",
			(unsigned char)*text);
	return at;
}
