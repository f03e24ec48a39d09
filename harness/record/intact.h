/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protects a file that this process appends to: notices when another process
 * removes, replaces or truncates the file, and makes its data survive a power
 * cut. One thread.
 */
#ifndef HARNESS_RECORD_INTACT_H
#define HARNESS_RECORD_INTACT_H

#include <sys/types.h>

enum intact {
	INTACT_WHOLE,
	INTACT_REMOVED, /* no file is at the path */
	INTACT_OTHER,   /* another file is at the path */
	INTACT_CHANGED, /* the length is not the expected one */
	INTACT_UNKNOWN, /* stat(2) failed; errno is set */
};

/* Compares the open file fd, which should have `bytes` bytes, with `path`. */
enum intact intact_look(int fd, const char *path, off_t bytes);

/*
 * Copies the file that fd still refers to, from offset `from` on, to a path
 * that must not exist. Returns 0 or -errno.
 */
int intact_copy(int fd, const char *path, off_t from);

/*
 * Waits until the disk has the data of the file. Returns 0, also for a file
 * that cannot be synchronized, or -errno.
 */
int intact_sync(int fd);

/* Waits until the disk has the entries of a folder. Returns as above. */
int intact_sync_folder(const char *path);

#endif
