/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The functions that delays are computed with. Their results are the same to
 * the last bit on every machine: they consist of additions, multiplications,
 * divisions, square roots and powers of two, which IEEE 754 defines exactly, in
 * an order that no compiler changes (-ffp-contract=off). The C library's and
 * GSL's functions are as accurate, but their last bit differs from processor to
 * processor. Errors are a few units in the last place. Pure; any thread.
 */
#ifndef MOCK_SERVER_PORTABLE_H
#define MOCK_SERVER_PORTABLE_H

/* The natural logarithm of x > 0. */
double portable_log(double x);

/* log(1 + x) of x > -1, also where 1 + x has lost the digits of x. */
double portable_log1p(double x);

/* Infinite where a double is too small for the result, and of NaN. */
double portable_exp(double x);

/* The standard normal distribution's CDF at x >= 0. */
double portable_normal(double x);

/* The inverse of that CDF, at p in (0, 1). */
double portable_normal_inverse(double p);

#endif
