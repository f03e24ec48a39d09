/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: resumes its TLS session, told not to. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	struct fr_http http = *job->http;
	struct fr_job other = *job;
	struct fr_client *client;
	int rc;

	http.full_handshakes = false;
	other.http = &http;
	rc = fr_client_open(&client, &other, 0);
	if (rc)
		return rc;
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(client, i);
	fr_client_close(client);
	return 0;
}

LIAR(clings, "clings", NULL, "resumes its TLS session, told not to", 0);
