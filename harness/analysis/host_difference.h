/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the hosts and builds of two runs differ in, by their run.json. */
#ifndef HARNESS_ANALYSIS_HOST_DIFFERENCE_H
#define HARNESS_ANALYSIS_HOST_DIFFERENCE_H

#include <stddef.h>

/*
 * Appends "name (base, new)" to the list in text, with a comma between entries.
 * An entry that does not fit is left out.
 */
void difference_add(char *text, size_t size, const char *name, const char *base,
	const char *new);

/*
 * Writes the list of the host facts, except the load, that differ between
 * run_dirs[0] and run_dirs[1]. If only one run.json can be read, that is a
 * difference too. Returns 0, or -ENOMEM.
 */
int host_difference(const char *const *run_dirs, char *text, size_t size);

#endif
