/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `flagrace tune` has found: a sentence for each search, or JSON. */
#ifndef HARNESS_VIEW_TUNE_TEXT_H
#define HARNESS_VIEW_TUNE_TEXT_H

#include <stdio.h>

#include "harness/race/tune.h"

/* Writes a line for each finding. */
void tune_text_write(FILE *out, const struct tune_terms *terms,
	const struct tune_finding *findings, size_t count);

/*
 * Writes a list with an object for each finding; docs/tune.schema.json says
 * what is in it. Returns 0 or -errno.
 */
int tune_text_write_json(FILE *out, const struct tune_terms *terms,
	const struct tune_finding *findings, size_t count);

/* Writes what is going to be tuned, and the limits of that. */
void tune_text_write_plan(FILE *out, const struct tune *tune);

#endif
