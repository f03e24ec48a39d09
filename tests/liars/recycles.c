/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: does the work on one item and gives its result to all. It
 * takes as long as the work would, so that only the results tell.
 */
#include "liar.h"

static void copy_work(struct fr_sample *sample, const struct fr_sample *done)
{
	uint64_t took_ns = done->work_end_ns - done->work_start_ns;
	const struct timespec pause = {.tv_nsec = (long)took_ns};

	sample->work_start_ns = liar_now_ns();
	(void)nanosleep(&pause, NULL);
	sample->work_result = done->work_result;
	sample->work_end_ns = sample->end_ns = liar_now_ns();
}

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		if (fr_download_one(job->clients[0], i) != FR_OK)
			continue;
		if (i == 0)
			fr_work(job, i);
		else
			copy_work(&job->samples[i], &job->samples[0]);
	}
	return 0;
}

LIAR(recycles, "recycles", fr_clients_open, "does the work once for all items",
	FR_WORK_APART);
