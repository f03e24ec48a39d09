/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a run has come, on standard error: one line rewritten in place on a
 * terminal, with the leader so far where it has room; a line a block elsewhere.
 */
#ifndef HARNESS_VIEW_PROGRESS_H
#define HARNESS_VIEW_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/race/race.h"
#include "harness/record/rows.h"
#include "harness/view/leader.h"

struct progress {
	bool quiet, terminal;
	bool at_most; /* set by the caller: there may be fewer trials */
	uint64_t started_ns;
	size_t trials, done; /* in all; so far */
	size_t cells;        /* trials of one block */
	size_t before;       /* of those done, by a run that is resumed */
	size_t bad;          /* of those done, not valid */
	struct leaders leaders;
};

void progress_init(
	struct progress *progress, bool quiet, size_t trials, size_t cells);

/* Counts the trials that a resumed run had done, `bad` of them not valid. */
void progress_resume(struct progress *progress, size_t trials, size_t bad);

/* The callbacks for a race; *progress must outlive the race. */
struct race_watch progress_watch(struct progress *progress);

/* Clears the line on the terminal before something else is printed. */
void progress_clear(const struct progress *progress);

/* Clears the line, and releases what *progress owns. */
void progress_end(struct progress *progress);

/*
 * For other views of progress on a terminal: shows the text in place of the line
 * that stands there, cut to the terminal's width; and clears the line.
 */
void progress_rewrite(const char *line);
void progress_wipe(void);

#endif
