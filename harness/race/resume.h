/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resumes a run that was killed or interrupted. One thread. */
#ifndef HARNESS_RACE_RESUME_H
#define HARNESS_RACE_RESUME_H

#include <jansson.h>

#include "harness/race/race.h"

/*
 * With race->folder reopened: finds the trials that are done and checks them
 * against the plan (unless the race grows), cuts off incomplete rows, removes
 * saved bodies of a trial that was killed, and adds an entry to run.json (`run`,
 * changed) that says when and where the run goes on, from `facts` (host and
 * command line; borrowed). Prints on standard error what has changed of the host
 * and of the program. Returns 0 with race->before filled in, or -1 with
 * *err.
 */
int resume_race(struct race *race, json_t *run, const json_t *facts,
	struct fr_error *err);

/*
 * Finds the trials that are done, as race->before and, if the race grows,
 * race->done; `mend` cuts off all other rows, and without it no file is changed.
 * Returns 0, or -1 with *err.
 */
int resume_find(struct race *race, bool mend, struct fr_error *err);

#endif
