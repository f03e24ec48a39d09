/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: calls a success an error. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[4].status = FR_HTTP_ERROR;
	return 0;
}

LIAR(belittles, "belittles", fr_clients_open, "calls item 4's 200 an error", 0);
