/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for https URLs in plain HTTP, which costs less. */
#include "liar.h"

#include <errno.h>
#include <stdlib.h>

enum { URL_MAX = 256 };

static int download_many(struct fr_job *job)
{
	char(*texts)[URL_MAX] = calloc(job->n, URL_MAX);
	const char **urls = calloc(job->n, sizeof(*urls));
	struct fr_job plain = *job;
	struct fr_client *client = NULL;
	int rc = texts && urls ? 0 : -ENOMEM;

	plain.urls = urls;
	for (size_t i = 0; i < job->n && !rc; i++) {
		(void)snprintf(texts[i], URL_MAX, "http%s",
			strstr(job->urls[i], "://"));
		urls[i] = texts[i];
	}
	if (!rc)
		rc = fr_client_open(&client, &plain, 0);
	for (size_t i = 0; i < job->n && !rc; i++)
		fr_download_one(client, i);
	fr_client_close(client);
	free(urls);
	free(texts);
	return rc;
}

LIAR(unveils, "unveils", NULL, "speaks plain HTTP, told to speak TLS", 0);
