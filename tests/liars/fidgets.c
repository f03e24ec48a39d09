/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: breaks slow tries off, so that each is tried again and may
 * have a shorter delay.
 */
#include "liar.h"

enum { PATIENCE_MS = 50 };

static int download_many(struct fr_job *job)
{
	struct fr_client *client = job->clients[0];
	enum fr_status status;

	for (size_t i = 0; i < job->n; i++)
		do {
			CURL *easy;

			fr_await_due(job, i);
			easy = fr_transfer_begin(client, i);
			curl_easy_setopt(
				easy, CURLOPT_TIMEOUT_MS, (long)PATIENCE_MS);
			status = fr_transfer_end(
				client, curl_easy_perform(easy));
		} while (status == FR_AGAIN);
	return 0;
}

LIAR(fidgets, "fidgets", fr_clients_open, "breaks slow tries off", 0);
