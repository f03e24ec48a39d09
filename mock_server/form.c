/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/form.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/span.h"

int form_escape(const char *text, size_t length)
{
	int high, low;

	if (length < 3 || text[0] != '%')
		return -EINVAL;
	high = http_hex_digit(text[1]);
	low = http_hex_digit(text[2]);
	return high < 0 || low < 0 ? -EINVAL : high * 16 + low;
}

/*
 * The length of the UTF-8 character that begins here; 0: none does, or it is a
 * control character (below U+0020, or U+007F to U+009F). The ranges of the
 * second byte are those of RFC 3629, section 4.
 */
static size_t character(const unsigned char *c)
{
	unsigned char from = 0x80, to = 0xbf;
	size_t length = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;

	if (c[0] < 0x80)
		return c[0] >= ' ' && c[0] != 0x7f;
	if (c[0] < 0xc2 || c[0] > 0xf4)
		return 0;
	if (c[0] == 0xc2 || c[0] == 0xe0)
		from = 0xa0;
	else if (c[0] == 0xf0)
		from = 0x90;
	if (c[0] == 0xed)
		to = 0x9f;
	else if (c[0] == 0xf4)
		to = 0x8f;
	if (c[1] < from || c[1] > to)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (c[i] < 0x80 || c[i] > 0xbf)
			return 0;
	return length;
}

static bool is_text(const char *word, size_t length)
{
	const unsigned char *c = (const unsigned char *)word, *end = c + length;
	size_t n = 1;

	while (c < end && (n = character(c)) > 0)
		c += n;
	return n > 0;
}

/*
 * A '%' without two digits after it stands for itself, as in the URL standard:
 * a form written by hand may say 5%.
 */
static int decode(const char *text, size_t length, char word[FORM_WORD_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++) {
		int byte = form_escape(text + i, length - i);

		if (n == FORM_WORD_MAX - 1)
			return -E2BIG;
		if (byte >= 0)
			i += 2;
		else
			byte = text[i] == '+' ? ' ' : text[i];
		word[n++] = (char)byte;
	}
	word[n] = '\0';
	return is_text(word, n) ? 0 : -EINVAL;
}

int form_take(const char **form, size_t *length, char key[FORM_WORD_MAX],
	char value[FORM_WORD_MAX])
{
	const char *end = memchr(*form, '&', *length);
	size_t pair = end ? (size_t)(end - *form) : *length;
	const char *equals = memchr(*form, '=', pair);
	size_t key_length = equals ? (size_t)(equals - *form) : 0;
	int rc = key_length ? decode(*form, key_length, key) : -EINVAL;

	if (!rc)
		rc = decode(equals + 1, pair - key_length - 1, value);
	if (rc)
		return rc;
	*form += pair + (end != NULL);
	*length -= pair + (end != NULL);
	return 0;
}

static bool is_plain(char c)
{
	return http_is_letter_or_digit(c) || strchr("-._~:,/", c);
}

size_t form_put(char *form, size_t size, size_t at, const char *text)
{
	for (; *text; text++)
		at += (size_t)snprintf(form + at, size - at,
			is_plain(*text) ? "%c" : "%%%02X",
			(unsigned char)*text);
	return at;
}
