/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder in which the work of a trial saves bodies. It exists while the
 * trial runs and is judged. A killed run leaves one behind, which the run
 * removes when it is resumed. A killed agent leaves one behind, which the next
 * agent of the same user removes. One thread.
 */
#ifndef HARNESS_RACE_SCRATCH_H
#define HARNESS_RACE_SCRATCH_H

#include <limits.h>

#include "harness/base/error.h"

struct scratch {
	char path[PATH_MAX]; /* "": none */
	int fd;              /* of the folder; -1: none */
};

/*
 * Makes a folder in `run`, the folder of a run, or, if that is NULL, in
 * $TMPDIR or /tmp. What an earlier trial or agent left is removed. Returns 0,
 * or -1 with *err; scratch_close is allowed in both cases.
 */
int scratch_open(
	struct scratch *scratch, const char *run, struct fr_error *err);

/* Removes the folder and its files. */
void scratch_close(struct scratch *scratch);

/* Removes what a killed run has left in its folder, if it has left any. */
void scratch_remove(const char *run);

#endif
