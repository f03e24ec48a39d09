/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hosts of an MPI job. Rank 0 is the harness; each other rank is a host,
 * which runs its share of each trial in a fresh child, as the harness would.
 * docs/HOSTS.md describes a trial. Only flagrace-mpi has crew.c; in flagrace
 * crew_missing.c stands for it, so that it need not link MPI.
 */
#ifndef HARNESS_HOSTS_CREW_H
#define HARNESS_HOSTS_CREW_H

#include <stdbool.h>

#include "harness/race/cell_trial.h"

/*
 * Joins the other ranks. In the harness: returns true with *hosts, which is
 * NULL in flagrace. In a host: works until the harness leaves, then returns
 * false with the exit status. SIGINT, SIGTERM and SIGHUP stay blocked.
 */
bool crew_enter(struct trial_hosts **hosts, int *status);

/*
 * Sends the hosts home. If one of them was lost, or if the status is that of an
 * interrupt, ends all processes of the job at once, and does not return.
 */
void crew_leave(struct trial_hosts *hosts, int status);

#endif
