/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for the first byte of each body only. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		curl_easy_setopt(easy, CURLOPT_RANGE, "0-0");
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	return 0;
}

LIAR(nibbles, "nibbles", fr_clients_open, "asks for one byte of each body", 0);
