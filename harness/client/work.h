/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the work of harness/base/work.h in the trial's process. */
#ifndef HARNESS_CLIENT_WORK_H
#define HARNESS_CLIENT_WORK_H

#include <flagrace/client.h>

#include "harness/base/work.h"

/*
 * Does the work of item i in the calling thread: stamps start and end in
 * *sample, and the end of the item. body has sample->body_bytes bytes, and may
 * be NULL if nothing is saved.
 */
void work_do(const struct fr_job *job, size_t i, struct fr_sample *sample,
	const char *body);

#endif
