/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of characters of sweeps: scaling.csv and crossing.csv. */
#ifndef HARNESS_PLOT_PLOTS_TERM_SWEEPS_H
#define HARNESS_PLOT_PLOTS_TERM_SWEEPS_H

#include "harness/plot/plots_screen.h"

void plots_term_scaling(struct screen *screen);
void plots_term_crossover(struct screen *screen);

#endif
