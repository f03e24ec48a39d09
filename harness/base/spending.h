/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Spends an error rate over several looks at blocks that become more. The share
 * that is spent is a function of the share of blocks that are there (K. K. G.
 * Lan, D. L. DeMets, Biometrika 70, 1983), here the identity (K. Kim, D. L.
 * DeMets, Biometrika 74, 1987: the power family with power 1).
 *
 * The levels of all looks have the sum alpha. So a test that rejects if, at any
 * look, its p-value is at most that look's level, rejects a true hypothesis with
 * at most the probability alpha. By Bonferroni's inequality this holds whatever
 * the test is and however the looks depend on each other. Boundaries from the
 * joint normal distribution of the looks would find a little more, but exact
 * tests of a few blocks are not normal.
 *
 * Of m hypotheses, each is tested at level / m, or, once r of them have been
 * rejected at this look or before, at level / (m - r): Holm's argument holds
 * over all looks together (W. Maurer, F. Bretz, Statistics in Biopharmaceutical
 * Research 5, 2013). A hypothesis may be left alone after any look, with its
 * result so far; it stays one of the m.
 *
 * Conditions: `last` and the look counts are fixed beforehand; data decide only
 * whether there is another look. Pure functions; any thread.
 */
#ifndef HARNESS_BASE_SPENDING_H
#define HARNESS_BASE_SPENDING_H

#include <stddef.h>

/*
 * The number of blocks at the look after the one at `before` blocks: `first` if
 * before is 0, then half as many again, and `last` at the end. 0: there is no
 * look after it. first >= 1.
 */
size_t spending_next_look(size_t before, size_t first, size_t last);

/*
 * The level of the look at `now` blocks, if the look before it was at `before`
 * (0: none), so that all looks up to `last` spend alpha. before < now <= last.
 */
double spending_level(double alpha, size_t before, size_t now, size_t last);

#endif
