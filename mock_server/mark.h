/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The byte order mark that editors and spreadsheets may put before a text, and
 * encodings other than UTF-8. The harness has the same rule for its files.
 * Pure.
 */
#ifndef MOCK_SERVER_MARK_H
#define MOCK_SERVER_MARK_H

#include <stddef.h>
#include <string.h>

/*
 * The length of the byte order mark of UTF-8 that the bytes begin with, which
 * is not a part of the text; 0: there is none. *alien becomes the name of the
 * encoding if it is UTF-16 or UTF-32, by its mark or by the NULs that it has in
 * ASCII text; else NULL.
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
