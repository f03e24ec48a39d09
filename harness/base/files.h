/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes files, and opens files for the moment. */
#ifndef HARNESS_BASE_FILES_H
#define HARNESS_BASE_FILES_H

#include <stddef.h>

/*
 * Writes all bytes to fd, with a single write(2) unless the kernel takes only a
 * part. Returns 0 or -errno. Any thread.
 */
int write_all(int fd, const char *bytes, size_t length);

/* The folder for temporary files: $TMPDIR, or /tmp. Any thread. */
const char *files_temporary(void);

/*
 * Opens a new file in that folder for reading and writing, and removes its name, so
 * that nothing is left however the process ends. Returns the descriptor, or -1
 * with errno. Any thread.
 */
int files_nameless(void);

/*
 * Opens a file in memory, which has the name in /proc only. Where memfd_create(2)
 * is refused, the file is one of files_nameless. Returns as that does.
 */
int files_in_memory(const char *name);

#endif
