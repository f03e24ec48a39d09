/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One thread and a multi handle, which waits with curl_multi_poll: what
 * multi-poll and multi-h2 have in common, which is all but their clients.
 */
#ifndef STRATEGIES_POLL_LOOP_H
#define STRATEGIES_POLL_LOOP_H

#include <flagrace/job.h>

/* As the members of struct fr_strategy. */
int poll_loop_setup(struct fr_job *job);
int poll_loop_download_many(struct fr_job *job);
void poll_loop_teardown(struct fr_job *job);

#endif
