/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: tries failed items again at once. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	struct fr_client *client = job->clients[0];

	for (size_t i = 0; i < job->n; i++)
		while (liar_try(client, i) == FR_AGAIN)
			job->samples[i].due_ns = liar_now_ns();
	return 0;
}

LIAR(rushes, "rushes", fr_clients_open,
	"waits for nothing before it tries again", 0);
