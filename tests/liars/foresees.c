/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: has the first byte before the server sent it. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[5].first_byte_ns = job->samples[5].start_ns + 1;
	return 0;
}

LIAR(foresees, "foresees", fr_clients_open, "item 5 is answered at once", 0);
