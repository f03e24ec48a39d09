/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: says that somebody else performed an item. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[3].worker = 99;
	return 0;
}

LIAR(poses, "poses", fr_clients_open, "gives item 3 to worker 99", 0);
