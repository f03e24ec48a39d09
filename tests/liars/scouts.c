/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for an item before the clock, under no name. */
#include "liar.h"

static int setup(struct fr_job *job)
{
	(void)liar_ask(job, 0, "");
	return fr_clients_open(job);
}

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	return 0;
}

LIAR(scouts, "scouts", setup, "asks under no name in set-up", 0);
