/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes files. */
#ifndef HARNESS_BASE_FILES_H
#define HARNESS_BASE_FILES_H

#include <stddef.h>

/*
 * Writes all bytes to fd, with a single write(2) unless the kernel takes only a
 * part. Returns 0 or -errno. Any thread.
 */
int write_all(int fd, const char *bytes, size_t length);

#endif
