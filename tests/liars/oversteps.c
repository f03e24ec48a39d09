/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for an item that is not its job's. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	char line[80];

	liar_download_all(job);
	(void)snprintf(line, sizeof(line), "X-Flagrace-Item: %s/%zu/1\r\n",
		job->trial, job->n);
	return liar_ask(job, 0, line);
}

LIAR(oversteps, "oversteps", fr_clients_open, "asks for one item more", 0);
