/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The URL of an easy handle. libcurl parses CURLOPT_URL and composes it again
 * for each request, which takes a fifth of the instructions of a request. The
 * URLs of a job mostly have one origin. So the first of them is parsed, and for
 * the others only the path and the query are set.
 */
#ifndef HARNESS_CLIENT_KEPT_URL_H
#define HARNESS_CLIENT_KEPT_URL_H

#include <curl/curl.h>
#include <stddef.h>

enum { KEPT_URL_MAX = 2400 };

struct kept_url {
	CURLU *parsed;    /* NULL: there was none yet */
	const char *text; /* the URL that was parsed; NULL: not in use */
	size_t origin;    /* its length up to the path */
	char composed[KEPT_URL_MAX]; /* a URL or its target, and the query */
};

/*
 * Sets the URL of the next request, which libcurl sends as it would with
 * CURLOPT_URL and CURLOPT_PATH_AS_IS, and `query` ("": none) behind the URL. The
 * text of the URL must outlive the handle. Returns what curl_easy_setopt returns;
 * a bad URL is found when the handle performs; CURLE_URL_MALFORMAT: URL and
 * query exceed KEPT_URL_MAX. After curl_easy_reset, `text` must be NULL.
 */
CURLcode kept_url_set(
	struct kept_url *kept, CURL *easy, const char *url, const char *query);

/* To be called after the handle was cleaned up. */
void kept_url_release(struct kept_url *kept);

#endif
