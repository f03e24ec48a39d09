/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host's side of the trials, and what passes between both sides. */
#ifndef HARNESS_HOSTS_HOST_H
#define HARNESS_HOSTS_HOST_H

#include "harness/base/clock.h"
#include "harness/hosts/ranks.h"
#include "harness/hosts/report.h"

/* What the harness announces to all hosts before a text. */
enum { NOTICE_LEAVE, NOTICE_TRIAL };
struct host_notice {
	uint64_t kind;
	uint64_t length; /* of the order, with its NUL */
};

/* A host that hears nothing for so long takes the harness for dead. */
#define HOST_IDLE_NS (900 * NS_PER_S)

/* The type of a sample for MPI; the caller frees it. */
MPI_Datatype host_sample_type(void);

/* Works until the harness leaves. Returns the exit status. */
int host_live(struct ranks *ranks);

#endif
