/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the strategies have in common that wait as multi-poll does and hand the
 * work of items to an executor, on threads or processes.
 */
#ifndef STRATEGIES_OFFLOAD_LOOP_H
#define STRATEGIES_OFFLOAD_LOOP_H

#include <flagrace/job.h>

#include "futures/futures.h"

/* As the members of struct fr_strategy. */
int offload_loop_setup(struct fr_job *job, enum executor_kind kind);
int offload_loop_download_many(struct fr_job *job);
void offload_loop_teardown(struct fr_job *job);

#endif
