/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks for an item before the clock, under another name. */
#include "liar.h"

static int setup(struct fr_job *job)
{
	(void)liar_ask(job, 0, "X-Flagrace-Item: rehearsal/0/1\r\n");
	return fr_clients_open(job);
}

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	return 0;
}

LIAR(rehearses, "rehearses", setup, "asks under another name in set-up", 0);
