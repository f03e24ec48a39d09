/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps a file that one process appends to from being lost under its hands:
 * by another process that removes, replaces or cuts the file, and by a power
 * cut. One thread.
 */
#ifndef HARNESS_RECORD_INTACT_H
#define HARNESS_RECORD_INTACT_H

#include <sys/types.h>

#include "harness/base/error.h"

enum intact {
	INTACT_WHOLE,
	INTACT_REMOVED, /* nothing is at its path */
	INTACT_OTHER,   /* another file is at its path */
	INTACT_CHANGED, /* it has another length than it was left with */
	INTACT_UNKNOWN, /* the system does not say; errno */
};

/* What became of the file that is open as fd and was left with `bytes`. */
enum intact intact_look(int fd, const char *path, off_t bytes);

/*
 * Writes a copy of what fd still holds of a removed file, from byte `from` on,
 * to a path at which nothing may be. Returns 0 or -errno.
 */
int intact_copy(int fd, const char *path, off_t from);

/*
 * Returns when the disk has the file's data: 0, also where a file of its kind
 * cannot be synchronized, or -errno.
 */
int intact_sync(int fd);

/* The same of the entries of a folder. */
int intact_sync_folder(const char *path);

#endif
