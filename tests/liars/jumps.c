/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: begins items before their time. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		CURL *easy = fr_transfer_begin(job->clients[0], i);

		fr_transfer_end(job->clients[0], curl_easy_perform(easy));
	}
	return 0;
}

LIAR(jumps, "jumps", fr_clients_open, "waits for no item's time", 0);
