/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a check has come, on standard error: one line rewritten in place on a
 * terminal, a line for each look elsewhere.
 */
#ifndef HARNESS_VIEW_CHECK_PROGRESS_H
#define HARNESS_VIEW_CHECK_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/gate/check_watch.h"

struct check_progress_view {
	bool terminal;
	const char *lead; /* set by the caller: what each line begins with */
	uint64_t set, started_ns; /* of the set */
};

void check_progress_init(struct check_progress_view *view);

/* The callbacks for a check; *view must outlive the check. */
struct check_watch check_progress_watch(struct check_progress_view *view);

/* Clears the line on the terminal before something else is printed. */
void check_progress_clear(const struct check_progress_view *view);

#endif
