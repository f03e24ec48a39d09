/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Downloads from elsewhere: a list of URLs, and whose machine they lead to. One
 * thread. URLs are http:// or https://, HOST[:PORT] and perhaps a path. A HOST
 * is a name, an IPv4 address, or an IPv6 one in brackets.
 */
#ifndef HARNESS_SERVER_TARGET_H
#define HARNESS_SERVER_TARGET_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"

/* The longest URL, and the most of them. */
enum { TARGET_URL_MAX = 2000, TARGET_URLS_MAX = 100000 };

/*
 * A URL in the form in which every client asks for it: the scheme in small
 * letters, a path, no fragment, bytes beyond ASCII encoded. Percent signs and
 * dots stay as they are. Returns 0, or -1 with *err: the text is no URL, it is
 * too long, or it names a user, which clients would not send.
 */
int target_normalize(
	char out[TARGET_URL_MAX + 1], const char *url, struct fr_error *err);

/*
 * Adds the URLs of a file, one a line, as they are asked for; empty lines and
 * lines that begin with #
 * are none. Returns 0, or -1 with *err naming the line.
 */
int target_read(struct texts *urls, const char *path, struct fr_error *err);

/*
 * Whether every address of the URL's host is this machine's: loopback, or that
 * of an interface.
 * Returns 1 or 0, or -1 with *err: it is no URL, or the host is unknown.
 */
int target_is_here(const char *url, struct fr_error *err);

/* Whether the URL begins with an address in numbers, as raw clients want it. */
bool target_is_plain(const char *url);

#endif
