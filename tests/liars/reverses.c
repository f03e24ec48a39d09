/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: takes the items from the last to the first. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	for (size_t i = job->n; i > 0; i--)
		fr_download_one(job->clients[0], i - 1);
	return 0;
}

LIAR(reverses, "reverses", fr_clients_open, "takes the last item first", 0);
