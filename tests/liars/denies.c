/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: tries items again and does not count it. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	for (size_t i = 0; i < job->n; i++) {
		struct fr_sample *sample = &job->samples[i];

		sample->attempts = 1;
		sample->retries = 0;
		sample->tried_ns = sample->due_ns = sample->retry_wait_ns = 0;
	}
	return 0;
}

LIAR(denies, "denies", fr_clients_open, "tries again without counting", 0);
