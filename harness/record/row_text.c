/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/rows.h"

#include <string.h>

/*
 * Returns the length of the character at s (n >= 1 bytes), or 0 if it is not
 * well-formed UTF-8 (RFC 3629, 4).
 */
static size_t character_length(const unsigned char *s, size_t n)
{
	unsigned low = 0x80, high = 0xBF;
	size_t length;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xC2 || s[0] > 0xF4)
		return 0;
	length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	if (length > n)
		return 0;
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	for (size_t i = 1; i < length; i++) {
		if (s[i] < low || s[i] > high)
			return 0;
		low = 0x80;
		high = 0xBF;
	}
	return length;
}

/* C0, DEL, and C1, which is U+0080..U+009F: 0xC2 0x80..0x9F. */
static bool is_control(const unsigned char *s, size_t length)
{
	if (length == 1)
		return s[0] < 0x20 || s[0] == 0x7F;
	return length == 2 && s[0] == 0xC2 && s[1] < 0xA0;
}

bool row_text(char *target, size_t size, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t used = 0;

	for (size_t i = 0; i < length;) {
		size_t taken = character_length(s + i, length - i);
		bool good = taken && !is_control(s + i, taken);
		size_t needed = good ? taken : 1;

		if (used + needed >= size) {
			target[used] = '\0';
			return false;
		}
		if (good)
			memcpy(target + used, s + i, taken);
		else
			target[used] = '?';
		used += needed;
		i += taken ? taken : 1;
	}
	target[used] = '\0';
	return true;
}
