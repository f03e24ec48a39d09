/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clients parse the certificates; this process keeps OpenSSL out. */
#include "harness/server/authorities.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int authorities_check(const char *path, struct fr_error *err)
{
	FILE *file = path ? fopen(path, "re") : NULL;
	bool found = false;
	char line[128];
	int rc = 0;

	if (!path)
		return 0;
	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, "-----BEGIN CERTIFICATE-----");
	if (!file || ferror(file))
		rc = fr_error_set(err, fr_status_of(errno), "cacert %.200s: %s",
			path, strerror(errno));
	else if (!found)
		rc = fr_error_set(err, EXIT_USAGE,
			"cacert %.200s: no certificate is in it; expected a "
			"PEM file",
			path);
	if (file)
		(void)fclose(file);
	return rc;
}
