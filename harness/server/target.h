/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URLs of other servers than the mock server. A URL is http:// or https://,
 * HOST[:PORT] and an optional path; HOST is a name, an IPv4 address, or an IPv6
 * address in brackets. One thread.
 */
#ifndef HARNESS_SERVER_TARGET_H
#define HARNESS_SERVER_TARGET_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"
#include "harness/server/http.h"

enum { TARGET_URL_MAX = 2000, TARGET_URLS_MAX = 100000 };

/*
 * Normalizes a URL, so that every client requests the same: a lower-case
 * scheme, a path, no fragment, bytes beyond ASCII encoded. Percent signs and
 * dots stay unchanged. Returns 0, or -1 with *err: the text is not a URL, is
 * too long, or names a user, which clients would not send.
 */
int target_normalize(
	char out[TARGET_URL_MAX + 1], const char *url, struct fr_error *err);

/* Parses a URL of HTTP without a path. Returns 0, or -1 with *err. */
int target_origin(
	struct http_origin *origin, const char *url, struct fr_error *err);

/*
 * Adds the normalized URLs of a file, one per line. Skips empty lines and lines
 * that begin with #. Returns 0, or -1 with *err, which names the line.
 */
int target_read(struct texts *urls, const char *path, struct fr_error *err);

/*
 * Tells whether all addresses of the URL's host belong to this machine:
 * loopback, or the address of an interface. Returns 1 or 0, or -1 with *err: it
 * is not a URL, or the host is unknown.
 */
int target_is_here(const char *url, struct fr_error *err);

/*
 * Tells whether the URL has a numeric address, which raw clients need, and is
 * plain HTTP. `secure`: HTTPS is as good.
 */
bool target_is_numeric(const char *url, bool secure);

#endif
