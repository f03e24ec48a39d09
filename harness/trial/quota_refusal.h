/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a trial cannot have its quota. Only quota.c includes this. */
#ifndef HARNESS_TRIAL_QUOTA_REFUSAL_H
#define HARNESS_TRIAL_QUOTA_REFUSAL_H

#include "harness/base/cgroup.h"
#include "harness/trial/quota.h"

enum quota_controller { QUOTA_CPU, QUOTA_PIDS, QUOTA_MEMORY };

/*
 * Refuses a limit above one that holds anyway: the trial would not have it.
 * Returns 0, or -1 with *err.
 */
int quota_check_limits(const struct quota_limits *limits, const char *root,
	struct fr_error *err);

/*
 * Says that no cgroup can be made below parent for this limit, why (an errno),
 * and what helps. Returns -1.
 */
int quota_refuse(struct fr_error *err, const struct quota *quota,
	enum quota_controller c, const struct cgroup *parent, int error);

#endif
