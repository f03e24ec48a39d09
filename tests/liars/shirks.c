/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: stamps the work and does not do it. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		struct fr_sample *sample = &job->samples[i];

		if (fr_download_one(job->clients[0], i) != FR_OK)
			continue;
		sample->work_start_ns = sample->answered_ns;
		sample->work_end_ns = sample->end_ns = liar_now_ns();
	}
	return 0;
}

LIAR(shirks, "shirks", fr_clients_open, "stamps work that it does not do",
	FR_WORK_APART);
