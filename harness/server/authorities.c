/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clients parse the certificates; this process keeps OpenSSL out. */
#include "harness/server/authorities.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The certificates of Debian's ca-certificates have 220 kB. */
enum { AUTHORITIES_MAX = 4 << 20 };

int authorities_read(char **text, const char *path, struct fr_error *err)
{
	FILE *file = path ? fopen(path, "re") : NULL;
	char *bytes = file ? malloc(AUTHORITIES_MAX) : NULL;
	size_t length = bytes ? fread(bytes, 1, AUTHORITIES_MAX, file) : 0;
	bool failed = path && (!bytes || ferror(file));
	int rc = 0;

	*text = NULL;
	if (failed) {
		rc = fr_error_set(err, fr_status_of(errno), "cacert %.200s: %s",
			path, strerror(errno));
	} else if (path) {
		bytes[length < AUTHORITIES_MAX ? length : 0] = '\0';
		if (strstr(bytes, "-----BEGIN CERTIFICATE-----"))
			*text = bytes;
		else
			rc = fr_error_set(err, EXIT_USAGE,
				"cacert %.200s: no certificate is in it; "
				"expected a PEM file",
				path);
	}
	if (file)
		(void)fclose(file);
	if (!*text)
		free(bytes);
	return rc;
}
