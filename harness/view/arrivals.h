/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to each flag while it is downloaded: it is saved, and the
 * terminal shows it.
 */
#ifndef HARNESS_VIEW_ARRIVALS_H
#define HARNESS_VIEW_ARRIVALS_H

#include <stdbool.h>
#include <sys/types.h>

#include <flagrace/job.h>

/* All of it is the caller's. */
struct arrivals {
	char (*codes)[3]; /* of each item */
	bool *saved;      /* of each item; memory shared with all workers */
	int folder;       /* where cc.gif goes; a directory's descriptor */
	pid_t owner;      /* this process, which names partial files */
	bool verbose;     /* a line for each step, not only a code */
};

/* An observer that saves and tells; arrivals must outlive it. */
struct fr_observer arrivals_observer(struct arrivals *arrivals);

/*
 * Removes the partial files that workers left which were killed while they
 * saved; once none of them is there any more.
 */
void arrivals_clean(const struct arrivals *arrivals);

#endif
