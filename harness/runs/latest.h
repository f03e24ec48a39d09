/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The word `latest`, which stands for the newest run wherever a run is named. */
#ifndef HARNESS_RUNS_LATEST_H
#define HARNESS_RUNS_LATEST_H

#include <stddef.h>

#include "harness/base/error.h"

enum { LATEST_MAX = 300 }; /* bytes of results/NAME, with its NUL */

/*
 * Replaces each of dirs that is the word `latest` by the folder of the newest run
 * in results/: the one whose run.json has the latest started_at. The path is
 * written into latest, which must live as long as dirs are used. A folder of
 * that name is meant by ./latest. Returns 0, or -1 with *err: results/ holds no
 * run.
 */
int latest_replace(const char **dirs, size_t count, char latest[LATEST_MAX],
	struct fr_error *err);

#endif
