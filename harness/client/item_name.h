/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name of an item in a request: TRIAL/ITEM/ATTEMPT. A request that is sent
 * again because its connection was closed is still the first attempt, as in the
 * server's schedule.
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
 * Writes ITEM/ATTEMPT, at most ITEM_NAME_MAX characters without a NUL, and
 * returns its end. It is called for each request; snprintf(3) takes ten times
 * as long.
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
