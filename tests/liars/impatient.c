/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: gives items up before their time. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 1000L);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
		job->samples[i].status = FR_TIMEOUT;
	}
	return 0;
}

LIAR(impatient, "impatient", fr_clients_open, "gives items up after a second",
	0);
