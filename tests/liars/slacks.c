/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: does no work on one of its items. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (fr_download_one(job->clients[0], i) == FR_OK && i != 3)
			fr_work(job, i);
	return 0;
}

LIAR(slacks, "slacks", fr_clients_open, "does no work on item 3",
	FR_WORK_APART);
