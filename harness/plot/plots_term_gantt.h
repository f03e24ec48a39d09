/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gantt chart as characters. */
#ifndef HARNESS_PLOT_PLOTS_TERM_GANTT_H
#define HARNESS_PLOT_PLOTS_TERM_GANTT_H

#include "harness/plot/plots_rows.h"
#include "harness/plot/term.h"

/* Writes the chart, if there is one. Returns 0 or -ENOMEM. */
int plots_term_gantt(const struct term *term, const struct plots_files *files);

#endif
