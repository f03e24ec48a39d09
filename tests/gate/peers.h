/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rules by which other tools say that head is slower. They are our own
 * renderings of the rules in the tools' sources, not the tools' code. Pure
 * functions, except criterion's, whose bootstrap has a fixed seed.
 */
#ifndef TESTS_GATE_PEERS_H
#define TESTS_GATE_PEERS_H

#include <stdbool.h>
#include <stddef.h>

/* Times of n trials each. */
typedef bool peer_rule(const double *base, const double *head, size_t n);

/* Mann-Whitney's U, two-sided p < 0.05, and the median is larger. */
bool peer_benchstat(const double *base, const double *head, size_t n);
/* U as above, and the mean larger by over 5 %, which compare.py shows red. */
bool peer_google(const double *base, const double *head, size_t n);
/* Welch's t at 0.05, and all of the mean ratio's interval above 1 %. */
bool peer_criterion(const double *base, const double *head, size_t n);
/* Student's t of all values, two-sided p < 0.05, and the mean is larger. */
bool peer_pyperf(const double *base, const double *head, size_t n);
/* The ratio of means less its standard deviation is above 1. */
bool peer_hyperfine(const double *base, const double *head, size_t n);
/* The mean is over twice as large: its default alert threshold. */
bool peer_action(const double *base, const double *head, size_t n);

/* These compare the i-th trial of base with the i-th of head. */

/* z of the mean difference is 2.6 at least, and that mean over 1 % of base's. */
bool peer_tango(const double *base, const double *head, size_t n);
/*
 * Without differences beyond Tukey's fences: all of the mean's bootstrap interval
 * (95 %) above 1 % of base's mean.
 */
bool peer_zenbench(const double *base, const double *head, size_t n);
/* The mean is over 5 % of base's median, and its interval (1.96) above zero. */
bool peer_perfgate(const double *base, const double *head, size_t n);

#endif
