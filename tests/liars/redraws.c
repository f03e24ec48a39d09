/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks as a second attempt, of another delay. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);
		struct curl_slist *headers;
		char line[80];

		(void)snprintf(line, sizeof(line), "X-Flagrace-Item: %s/%zu/2",
			job->trial, i);
		headers = curl_slist_append(NULL, line);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
		curl_slist_free_all(headers);
	}
	return 0;
}

LIAR(redraws, "redraws", fr_clients_open, "asks for each item's second delay",
	0);
