/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going on with a run that was killed or interrupted. One thread. */
#ifndef HARNESS_RACE_RESUME_H
#define HARNESS_RACE_RESUME_H

#include <jansson.h>

#include "harness/race/race.h"

/*
 * With race->folder reopened: finds the trials that are done, each as the plan
 * has it, cuts off what is torn, and notes in run.json (`run`, changed) when
 * and where the run goes on, from `facts` (host and command line; borrowed).
 * Says on standard error what of the host or the program is not as it was.
 * Returns 0 with race->before filled in, or -1 with *err.
 */
int resume_race(struct race *race, json_t *run, const json_t *facts,
	struct fr_error *err);

/*
 * The same for a dry run: fills in race->before and changes nothing. Returns 0,
 * or -1 with *err.
 */
int resume_look(struct race *race, struct fr_error *err);

#endif
