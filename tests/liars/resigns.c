/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: does not try failed items again. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	struct fr_client *client = job->clients[0];

	for (size_t i = 0; i < job->n; i++) {
		struct fr_sample *sample = &job->samples[i];

		if (liar_try(client, i) != FR_AGAIN)
			continue;
		sample->status = FR_HTTP_ERROR;
		sample->http_status = 503;
		sample->due_ns = 0;
	}
	return 0;
}

LIAR(resigns, "resigns", fr_clients_open, "leaves failed items as they are", 0);
