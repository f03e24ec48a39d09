/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: says that it did not ask for an item, and did. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[2].status = FR_CANCELLED;
	return 0;
}

LIAR(cancels, "cancels", fr_clients_open, "cancels item 2 after its answer", 0);
