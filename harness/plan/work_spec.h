/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The setting `work`: what is done on each item once its answer is complete.
 * One or more parts, joined by +:
 *
 *     cpu:2ms            CPU work of that time on the machine of the run
 *     cpu:DISTRIBUTION   drawn for each item, spelled as --latency
 *     save               the body is saved to a file of its own
 *     save:fsync         and the file is synced
 *
 * Pure, except that a distribution may be a trace, which is read from a file.
 */
#ifndef HARNESS_PLAN_WORK_SPEC_H
#define HARNESS_PLAN_WORK_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

struct work_spec {
	char cpu[128]; /* a distribution; "": no CPU work */
	bool save, sync;
};

/*
 * Reads a work; "" is none. `where` names the setting, for errors. Returns 0,
 * or -1 with *err, which shows a valid example.
 */
int work_spec_parse(struct work_spec *spec, const char *text, const char *where,
	struct fr_error *err);

/*
 * Draws the CPU time of the work on each of n items, at most an hour each. The
 * draws depend on spec->cpu and the seed alone. *ns is the caller's to free;
 * NULL: no CPU work. Returns 0, or -1 with *err.
 */
int work_spec_draw(uint64_t **ns, const struct work_spec *spec, size_t n,
	uint64_t seed, struct fr_error *err);

/*
 * What a program cannot be told of the work, which is a number of ns at most.
 * NULL: it can be told all of it.
 */
const char *work_spec_untold(const struct work_spec *spec);

#endif
