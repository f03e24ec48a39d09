/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two runs' hosts and builds, as run.json keeps them, differ in. */
#ifndef HARNESS_RUNS_HOST_DIFFERENCE_H
#define HARNESS_RUNS_HOST_DIFFERENCE_H

#include <stddef.h>

/*
 * Adds "name (base, new)" to a list in text, after a comma if it is not the
 * first. What does not fit is left out whole.
 */
void difference_add(char *text, size_t size, const char *name, const char *base,
	const char *new);

/*
 * Writes the list of host facts of run_dirs[0] and run_dirs[1] that are not
 * alike, but for the load. A run.json that cannot be read is a difference
 * too, unless neither can. Returns 0, or -ENOMEM where memory was too short to
 * read one.
 */
int host_difference(const char *const *run_dirs, char *text, size_t size);

#endif
