/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: promises HTTP/2 and speaks HTTP/1.1. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	return 0;
}

LIAR(downgrades, "downgrades", fr_clients_open, "calls HTTP/1.1 HTTP/2",
	FR_HTTP2);
