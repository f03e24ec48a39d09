/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: tries items again until they are served, up to five times. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	struct fr_client *client = job->clients[0];

	for (size_t i = 0; i < job->n; i++)
		for (int tries = 1;
			fr_download_one(client, i) != FR_OK && tries < 5;
			tries++) {
			struct fr_sample *sample = &job->samples[i];

			/* As if it were to be tried again. */
			sample->due_ns = sample->end_ns;
			sample->status = FR_NOT_RUN;
		}
	return 0;
}

LIAR(insists, "insists", fr_clients_open,
	"tries again whatever has failed, however often", 0);
