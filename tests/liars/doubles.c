/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: does the work on one of its items twice. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		if (fr_download_one(job->clients[0], i) != FR_OK)
			continue;
		fr_work(job, i);
		if (i == 3)
			fr_work(job, i);
	}
	return 0;
}

LIAR(doubles, "doubles", fr_clients_open, "does the work on item 3 twice",
	FR_WORK_APART);
