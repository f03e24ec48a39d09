/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: tells a connection that was made behind its request. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[0].connect_ns = job->samples[0].end_ns;
	return 0;
}

LIAR(dawdles, "dawdles", fr_clients_open, "item 0 is connected as it ends", 0);
