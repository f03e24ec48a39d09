/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: has an outcome that there is not. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[1].status = 9;
	return 0;
}

LIAR(mumbles, "mumbles", fr_clients_open, "gives item 1 an unknown outcome", 0);
