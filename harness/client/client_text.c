/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/client/client_text.h"

#include <string.h>

#include <curl/curl.h>

const char *client_error_text(int32_t error)
{
	if (error < 0)
		return strerror(-error);
	/* A lookup in a table: it leaves no state that a fork could copy. */
	return curl_easy_strerror((CURLcode)error);
}
