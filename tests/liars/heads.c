/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for an item's head only. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		curl_easy_setopt(easy, CURLOPT_NOBODY, i == 6 ? 1L : 0L);
		if (i != 6)
			curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	return 0;
}

LIAR(heads, "heads", fr_clients_open, "asks for item 6's head only", 0);
