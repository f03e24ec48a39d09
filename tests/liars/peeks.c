/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: is done with an item at its first byte. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[6].end_ns = job->samples[6].first_byte_ns + 1;
	return 0;
}

LIAR(peeks, "peeks", fr_clients_open, "ends item 6 at its first byte", 0);
