/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: speaks HTTP/2 and says nothing of it. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			(long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	return 0;
}

LIAR(upgrades, "upgrades", fr_clients_open, "calls HTTP/2 HTTP/1.1", 0);
