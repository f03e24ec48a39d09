/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of runs, and of a check: one HTML file that needs no other file and
 * no network. It has the answer in a sentence, the ranked tables, the pictures,
 * the requests of trials for the reader to choose, what was not valid and why, and
 * how to repeat the run. report/ has the page's skeleton, styles and scripts, which
 * the build embeds.
 *
 * All texts of the page are HTML that this folder writes, so the page can be read
 * without scripts; the scripts sort and filter tables, show values, and draw the
 * requests of the chosen trial.
 */
#ifndef HARNESS_REPORT_REPORT_H
#define HARNESS_REPORT_REPORT_H

#include <stddef.h>

#include "harness/base/error.h"

struct report_terms {
	const char *const *run_dirs; /* different runs */
	size_t runs;                 /* 0 if there is a check alone */
	const char *name;            /* of a single run; NULL: its folder's */
	const char *check;           /* its report in JSON; NULL: none */
	const char *out;             /* the file to write or to replace */
	int stop_fd;                 /* as in plots.h */
};

/*
 * Writes the report, at once: on failure what was at `out` stays. Pictures that
 * cannot be drawn are no failure: the page says so, and so does *note, which has an
 * empty text otherwise. Starts child processes as plots_draw does. Returns 0, or -1
 * with *err.
 */
int report_write(const struct report_terms *terms, struct fr_error *note,
	struct fr_error *err);

#endif
