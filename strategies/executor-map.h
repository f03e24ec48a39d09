/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * executor.map over a job's items, on whichever kind of worker: what
 * pthread-map and process-pool have in common, which is all but the kind.
 */
#ifndef STRATEGIES_EXECUTOR_MAP_H
#define STRATEGIES_EXECUTOR_MAP_H

#include <flagrace/job.h>

#include "futures/futures.h"

/* As the members of struct fr_strategy; map_setup makes the executor. */
int map_setup(struct fr_job *job, enum executor_kind kind);
int map_download_many(struct fr_job *job);
void map_teardown(struct fr_job *job);

#endif
