/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: never resumes its TLS session, told to. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	struct fr_http http = *job->http;
	struct fr_job other = *job;
	struct fr_client *client;
	int rc;

	http.full_handshakes = true;
	other.http = &http;
	rc = fr_client_open(&client, &other, 0);
	if (rc)
		return rc;
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(client, i);
	fr_client_close(client);
	return 0;
}

LIAR(renews, "renews", NULL, "never resumes its TLS session, told to", 0);
