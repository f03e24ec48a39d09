/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a request names its item to the server: TRIAL/ITEM/ATTEMPT. One that is
 * sent again because its connection was dead is still the first attempt, as the
 * server's schedule counts them.
 */
#ifndef HARNESS_CLIENT_ITEM_NAME_H
#define HARNESS_CLIENT_ITEM_NAME_H

#include <stddef.h>
#include <string.h>

#define ITEM_ATTEMPT "/1"

enum {
	ITEM_DIGITS_MAX = 20, /* of a size_t */
	ITEM_NAME_MAX = ITEM_DIGITS_MAX + sizeof(ITEM_ATTEMPT) - 1,
};

/*
 * Puts what comes behind "TRIAL/" at `at`, ITEM_NAME_MAX characters at most and
 * no NUL. Returns where it ends. (A printf takes ten times as long, and this is
 * done for each request.)
 */
static inline char *item_name_put(char *at, size_t item)
{
	char digits[ITEM_DIGITS_MAX];
	size_t length = 0;

	do {
		digits[ITEM_DIGITS_MAX - ++length] = (char)('0' + item % 10);
		item /= 10;
	} while (item);
	memcpy(at, digits + ITEM_DIGITS_MAX - length, length);
	memcpy(at + length, ITEM_ATTEMPT, sizeof(ITEM_ATTEMPT) - 1);
	return at + length + sizeof(ITEM_ATTEMPT) - 1;
}

#endif
