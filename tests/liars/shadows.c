/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: asks twice, the other time under another name. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	(void)liar_ask(job, 0, "X-Flagrace-Item: shadow/0/1\r\n");
	liar_download_all(job);
	return 0;
}

LIAR(shadows, "shadows", fr_clients_open, "asks for item 0 by another name", 0);
