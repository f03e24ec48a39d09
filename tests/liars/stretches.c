/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: stamps each item's start as the clock's. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	for (size_t i = 0; i < job->n; i++) {
		job->samples[i].start_ns = *job->t0_ns;
		job->samples[i].connect_ns = 0;
	}
	return 0;
}

LIAR(stretches, "stretches", fr_clients_open, "begins all items at once", 0);
