/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Landlock: the kernel refuses a process files that it could open by the rights
 * of its user (landlock(7)). For confine.c only.
 */
#ifndef HARNESS_BASE_CONFINE_FILES_H
#define HARNESS_BASE_CONFINE_FILES_H

#include <stddef.h>

/* What is done with files; all of it includes listing folders and executing. */
enum files_use { FILES_READ, FILES_WRITE, FILES_ALL };

/* A file, or a folder with all below it, that may be used so. */
struct files_allowed {
	const char *path;
	enum files_use use;
};

/*
 * Refuses this use of all files but the allowed ones, count of them. Files that
 * are open remain so. Does nothing without Landlock, and nothing without
 * no_new_privs. An allowed path that does not exist is left out.
 */
void confine_files(enum files_use refused, const struct files_allowed *allowed,
	size_t count);

/* The version of Landlock's interface; 0: the kernel has none, or refuses it. */
int confine_files_version(void);

#endif
