/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: connects before the clock. */
#include "liar.h"

static int early = -1;

static int setup(struct fr_job *job)
{
	early = liar_connect(job);
	return fr_clients_open(job);
}

static int download_many(struct fr_job *job)
{
	liar_finish(job, early, 0);
	for (size_t i = 1; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

LIAR(preconnects, "preconnects", setup, "makes its connection in set-up", 0);
