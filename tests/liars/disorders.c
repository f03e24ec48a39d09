/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: tells a first byte behind the end. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	job->samples[7].first_byte_ns = job->samples[7].end_ns + 1;
	return 0;
}

LIAR(disorders, "disorders", fr_clients_open,
	"item 7 ends before its first byte", 0);
