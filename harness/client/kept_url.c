/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/client/kept_url.h"

#include <stdbool.h>
#include <string.h>

static size_t scheme_of(const char *url)
{
	if (strncmp(url, "http://", 7) == 0)
		return 7;
	return strncmp(url, "https://", 8) == 0 ? 8 : 0;
}

/* Returns the length up to the path; 0: a part of that is not there. */
static size_t origin_of(const char *url)
{
	size_t scheme = scheme_of(url);
	size_t host = scheme ? strcspn(url + scheme, "/?#") : 0;

	return host && url[scheme + host] == '/' ? scheme + host : 0;
}

/* Parses the URL. If that fails, libcurl finds the reason by CURLOPT_URL. */
static void parse(struct kept_url *kept, const char *url)
{
	size_t origin = origin_of(url);

	kept->text = NULL;
	if (!kept->parsed)
		kept->parsed = curl_url();
	if (!origin || !kept->parsed ||
		curl_url_set(kept->parsed, CURLUPART_URL, url,
			CURLU_PATH_AS_IS) != CURLUE_OK)
		return;
	kept->text = url;
	kept->origin = origin;
}

/*
 * Tells whether libcurl sends path and query as they are. It encodes blanks and
 * bytes that are not ASCII, and cuts off a fragment and an empty query.
 */
static bool is_sent_as_is(const char *target)
{
	const char *at = target;

	while (*at > ' ' && *at < 0x7f && *at != '#')
		at++;
	return *at == '\0' && at[-1] != '?';
}

/* Returns text, with the query behind it if there is one; NULL: no room. */
static const char *compose(
	struct kept_url *kept, const char *text, const char *query)
{
	size_t length = strlen(text), more = strlen(query);

	if (!more)
		return text;
	if (length + more >= sizeof(kept->composed))
		return NULL;
	memcpy(kept->composed, text, length);
	memcpy(kept->composed + length, query, more + 1);
	return kept->composed;
}

CURLcode kept_url_set(
	struct kept_url *kept, CURL *easy, const char *url, const char *query)
{
	const char *before = kept->text, *whole;
	CURLcode code = CURLE_OK;

	if (!before || strncmp(url, before, kept->origin + 1) != 0)
		parse(kept, url);
	if (kept->text && !is_sent_as_is(url + kept->origin))
		kept->text = NULL;
	if (kept->text != before || !before)
		code = curl_easy_setopt(
			easy, CURLOPT_CURLU, kept->text ? kept->parsed : NULL);
	whole = compose(kept, kept->text ? url + kept->origin : url, query);
	if (!whole)
		return CURLE_URL_MALFORMAT;
	if (!code)
		code = curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET,
			kept->text ? whole : NULL);
	if (!code && !kept->text)
		code = curl_easy_setopt(easy, CURLOPT_URL, whole);
	return code;
}

void kept_url_release(struct kept_url *kept)
{
	curl_url_cleanup(kept->parsed);
}
