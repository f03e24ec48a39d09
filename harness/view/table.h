/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What finished runs say, for people (tables and what they mean in sentences, or
 * Markdown) and for programs (the same rows as CSV or JSON).
 */
#ifndef HARNESS_VIEW_TABLE_H
#define HARNESS_VIEW_TABLE_H

#include <stdio.h>

#include "harness/analysis/crossing.h"
#include "harness/analysis/enough.h"
#include "harness/analysis/hosts.h"
#include "harness/analysis/scaling.h"
#include "harness/runs/listing.h"
#include "harness/runs/summary.h"
#include "harness/view/format.h"
#include "harness/view/sheet.h"

/*
 * Each writes to out, which stays the caller's and is flushed. Returns 0,
 * -ENOMEM, or -EIO when out did not take it.
 */

/* The ranked table of a summary. */
int table_write(
	FILE *out, const struct summary *summary, enum table_format format);

/* The sentences that stand under the table of a group, which begins with `first`. */
void finding_write(FILE *out, const struct summary *summary,
	const struct summary_row *first);

/*
 * For people, in sentences: from which value of a swept setting on a cell
 * loses. Writes nothing if nothing was swept.
 */
void crossings_write(FILE *out, const struct crossings *crossings);

/*
 * For people, in sentences: how many requests in flight are enough. Writes
 * nothing if no concurrencies were swept.
 */
void enoughs_write(FILE *out, const struct enoughs *enoughs);

/* Where a cell begins to lose, of one that does: "1.02 ms [0.9, 1.1]". */
void crossing_format(char text[ROWS_TEXT_MAX], const struct crossing *row);

/* "1.02 ms", or "none" for the zero of a setting that can be none. */
void level_format(char text[FORMAT_MAX], const struct setting *setting,
	const char *unit, double level);

/*
 * For people, in sentences: what faults and a rate limit cost cells that try
 * failed items again, compared with the same cells without them. Writes nothing
 * if the summary has no such cells.
 */
void prices_write(FILE *out, const struct summary *summary);

/*
 * The same for TLS: what it costs cells, compared with the same cells in plain
 * HTTP.
 */
void tls_costs_write(FILE *out, const struct summary *summary);

/*
 * For people, in sentences: which cell was fastest over each link, which pairs
 * of cells change their order, and what reuse is worth. Writes nothing if the
 * cells met one link only.
 */
void links_write(FILE *out, const struct summary *summary);

/*
 * For people: how the hosts of the trials differ. Writes nothing of a single
 * host.
 */
void hosts_write(FILE *out, const struct hosts *hosts);

/*
 * All of these answers of one or more runs, whose summary is given. Returns 0, or
 * -1 with *err.
 */
int answers_write(FILE *out, const struct summary *summary,
	const char *const *run_dirs, size_t runs, struct fr_error *err);

/*
 * The ranked table of one or more runs. As text, all of these answers stand
 * under it. Returns 0, or -1 with *err.
 */
int table_show(FILE *out, const char *const *run_dirs, size_t runs,
	const struct summary_terms *terms, enum table_format format,
	struct fr_error *err);

/* Figures by group: a table per metric, without the keys that all share. */
int listing_write(
	FILE *out, const struct listing *listing, enum table_format format);

/* Fitted sweeps: points, curve and what it says. */
int scaling_write(
	FILE *out, const struct scaling *scaling, enum table_format format);

#endif
