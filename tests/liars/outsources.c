/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: leaves the work to a process that goes on when the trial
 * has ended, and writes samples as if the work was done.
 */
#include "liar.h"

#include <stdlib.h>

static void leave_to_another(const struct fr_job *job)
{
	pid_t pid = fork();

	if (pid != 0)
		return;
	(void)setsid();
	for (;;)
		for (size_t i = 0; i < job->n; i++)
			fr_work(job, i);
}

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	leave_to_another(job);
	return 0;
}

LIAR(outsources, "outsources", fr_clients_open,
	"leaves the work to a process that outlives the trial", FR_WORK_APART);
