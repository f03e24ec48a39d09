/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes a list of URLs, as --urls reads it from a file. Each URL that is
 * accepted is one line of printable ASCII, and stays the same if it is
 * normalized again.
 */
#include "harness/server/target.h"
#include "tests/fuzz/fuzz.h"

static void require_normal(const char *url)
{
	char again[TARGET_URL_MAX + 1];
	struct fr_error err = {0};

	require(strlen(url) <= TARGET_URL_MAX);
	for (const char *c = url; *c; c++)
		require(*c > ' ' && *c < 127);
	require(target_normalize(again, url, &err) == 0);
	require(strcmp(again, url) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file = fuzz_file_of(data, size);
	struct fr_error err = {0};
	struct texts urls = {0};

	if (target_read(&urls, file.path, &err) < 0)
		require(err.text[0] != '\0');
	else
		for (size_t i = 0; i < urls.count; i++)
			require_normal(urls.at[i].text);
	texts_release(&urls);
	(void)close(file.fd);
	return 0;
}
