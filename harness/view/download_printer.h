/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The observer of `flagrace download`: saves each flag when it arrives, and
 * prints each step.
 */
#ifndef HARNESS_VIEW_DOWNLOAD_PRINTER_H
#define HARNESS_VIEW_DOWNLOAD_PRINTER_H

#include <stdbool.h>
#include <sys/types.h>

#include <flagrace/job.h>

/* Everything it points to is the caller's. */
struct download_printer {
	char (*codes)[3]; /* of each item */
	bool *saved;      /* of each item; memory shared with all workers */
	int folder;       /* where cc.gif goes; a directory's descriptor */
	pid_t owner;      /* this process, which names partial files */
	bool verbose;     /* a line for each step, not only a code */
};

/* The observer; *printer must outlive it. */
struct fr_observer download_printer_observer(struct download_printer *printer);

/*
 * Removes the partial files of workers that were killed while they saved. To be
 * called when all workers have ended.
 */
void download_printer_clean(const struct download_printer *printer);

#endif
