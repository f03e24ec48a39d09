/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: calls an error a success. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	for (size_t i = 0; i < job->n; i++) {
		job->samples[i].status = FR_OK;
		job->samples[i].http_status = 200;
	}
	return 0;
}

LIAR(flatters, "flatters", fr_clients_open, "calls every answer a 200", 0);
