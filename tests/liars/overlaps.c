/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: says that it worked while it waited for the answer. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		struct fr_sample *sample = &job->samples[i];

		if (fr_download_one(job->clients[0], i) != FR_OK)
			continue;
		fr_work(job, i);
		sample->work_start_ns = sample->start_ns;
	}
	return 0;
}

LIAR(overlaps, "overlaps", fr_clients_open,
	"claims to have worked before the answers came", FR_WORK_APART);
