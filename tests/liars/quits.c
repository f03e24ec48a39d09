/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: hangs up on slow items and calls that an error of the network. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		curl_easy_setopt(
			easy, CURLOPT_TIMEOUT_MS, i == 0 ? 1000L : 60000L);
		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	job->samples[0].status = FR_NET_ERROR;
	job->samples[0].error = CURLE_RECV_ERROR;
	return 0;
}

LIAR(quits, "quits", fr_clients_open, "hangs up on item 0", 0);
