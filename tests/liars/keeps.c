/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: keeps a connection where each item is to have its own. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 0L);
		curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 0L);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	return 0;
}

LIAR(keeps, "keeps", fr_clients_open, "reuses its connection, told not to", 0);
