/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "key=value&key=value" with percent encoding, of UTF-8 without control
 * characters. A '%' that begins no "%XX" stands for itself. Pure.
 */
#ifndef MOCK_SERVER_FORM_H
#define MOCK_SERVER_FORM_H

#include <stddef.h>

enum { FORM_WORD_MAX = 512 }; /* of one key or value, with its '\0' */

/*
 * Takes the first pair off a form of *length > 0 bytes. Returns 0; -E2BIG: the
 * key or the value is too long; or -EINVAL: there is no valid pair.
 */
int form_take(const char **form, size_t *length, char key[FORM_WORD_MAX],
	char value[FORM_WORD_MAX]);

/*
 * The byte, 0 to 255, that the "%XX" at the beginning of the text stands for;
 * or -EINVAL: there is none.
 */
int form_escape(const char *text, size_t length);

/* Encodes the text to form[at], of a form of `size` bytes. Returns its end. */
size_t form_put(char *form, size_t size, size_t at, const char *text);

#endif
