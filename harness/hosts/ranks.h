/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ranks that take part, and calls of MPI that end even if a rank does not
 * answer. Every call is a nonblocking one that is tested until it is complete or
 * its time is over: MPI by itself waits for ever for a rank that was stopped.
 *
 * After a failure, messages of that trial may still be under way. So their
 * buffers are never freed then, and the ranks that are left go on in a new
 * communicator. It is made by MPI_Comm_create_group(3), which needs nothing of
 * the ranks that are left out.
 */
#ifndef HARNESS_HOSTS_RANKS_H
#define HARNESS_HOSTS_RANKS_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/hosts/clock_offset.h"

enum { RANKS_NAME_MAX = 64 };

struct ranks {
	MPI_Comm comm;
	int rank, size; /* in comm; 0 is the harness, the others are hosts */
	int *world;     /* the rank of each in MPI_COMM_WORLD */
	int stop_fd;    /* readable when the user interrupts */
	int generation; /* how often the ranks were regrouped */
};

/* With MPI initialized. Returns 0 or -ENOMEM. */
int ranks_init(struct ranks *ranks, int stop_fd);

/*
 * Waits until the request is complete, with short sleeps or, if `spin`, without
 * any. Returns 0; -ETIMEDOUT; -EINTR: the user interrupts; -EIO: MPI failed; or,
 * in a host, -ECANCELED: the harness has regrouped the ranks.
 */
int ranks_await(struct ranks *ranks, MPI_Request *request, uint64_t until_ns,
	bool spin);

/* Measures a host's clock, in the harness. Returns as ranks_await. */
int ranks_measure(struct ranks *ranks, int host, struct clock_offset *offset,
	uint64_t until_ns);

/* The same in the host that is measured. */
int ranks_be_measured(struct ranks *ranks, uint64_t until_ns);

/*
 * In the harness: asks each host whether it is there, and makes a new
 * communicator of those that answer. Sets gone[rank] for each that does not.
 * Returns how many these are, or -ENOMEM or -EIO.
 */
int ranks_regroup(struct ranks *ranks, bool *gone);

#endif
