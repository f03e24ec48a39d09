/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What editors and spreadsheets put before a text, or write instead of UTF-8.
 * The harness reads its own files by the same rule. Pure.
 */
#ifndef MOCK_SERVER_MARK_H
#define MOCK_SERVER_MARK_H

#include <stddef.h>
#include <string.h>

/*
 * The length of the byte order mark of UTF-8 that the bytes begin with, which
 * is no part of the text; 0: there is none. *alien names another encoding that
 * they are in, which has NULs in every ASCII text, or is NULL.
 */
static inline size_t text_mark(
	const char *bytes, size_t length, const char **alien)
{
	*alien = NULL;
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		return 3;
	if (length >= 4 &&
		(memcmp(bytes, "\xff\xfe\0", 4) == 0 ||
			memcmp(bytes, "\0\0\xfe\xff", 4) == 0))
		*alien = "UTF-32";
	else if (length >= 2 &&
		(memcmp(bytes, "\xff\xfe", 2) == 0 ||
			memcmp(bytes, "\xfe\xff", 2) == 0 ||
			!bytes[0] != !bytes[1]))
		*alien = "UTF-16";
	return 0;
}

#endif
