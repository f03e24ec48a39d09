/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pictures of characters have in common. */
#ifndef HARNESS_PLOT_PLOTS_SCREEN_H
#define HARNESS_PLOT_PLOTS_SCREEN_H

#include "harness/plot/term.h"

enum { SCREEN_FIGURE = 10 }; /* characters of a time in ms */

/* A picture being written. */
struct screen {
	const struct term *term;
	const struct grid *grid;
	size_t name;  /* characters of the names' field */
	size_t strip; /* and of the strips' */
};

/*
 * Divides a line into name, strip, and so many characters of figures. Names take
 * what they need, but not all.
 */
void screen_divide(struct screen *screen, size_t figures);

/* Writes the question, what the characters mean, and the settings. */
void screen_head(
	const struct screen *screen, const char *question, const char *key);

/* The bytes of an axis's words before its unit: "latency" of "latency, ms". */
int screen_axis_length(const char *axis);

void screen_name(const struct screen *screen, const char *text);
void screen_figure(const struct screen *screen, double ms);
void screen_end_line(const struct screen *screen);

#endif
