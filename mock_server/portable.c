/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/portable.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

/* 2: the x87 computes with more bits than a double has. */
_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1,
	"doubles are not computed as such, for example without -mfpmath=sse");

/* log(2) in two parts. The first has 32 bits, so its products with exponents
 * are exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW  0x1.a39ef35793c76p-33

/* log((1 + s) / (1 - s)), by its series; |s| < 0.18. */
static double log_ratio(double s)
{
	enum { TERMS = 12 }; /* 0.18^24 / 25 is below 2^-60 */
	double square = s * s, sum = 0;

	for (int i = TERMS; i > 0; i--)
		sum = square * (sum + 1.0 / (2 * i + 1));
	return 2 * s + 2 * s * sum;
}

double portable_log(double x)
{
	int exponent;
	double fraction = frexp(x, &exponent);

	if (fraction < M_SQRT1_2) {
		fraction *= 2;
		exponent--;
	}
	return exponent * LN2_HIGH +
		(log_ratio((fraction - 1) / (fraction + 1)) +
			exponent * LN2_LOW);
}

double portable_log1p(double x)
{
	return x > -0.25 && x < 0.25 ? log_ratio(x / (2 + x))
				     : portable_log(1 + x);
}

double portable_exp(double x)
{
	enum { TERMS = 14 }; /* (log(2) / 2)^15 / 15! is below 2^-60 */
	double power, rest, sum = 1;

	if (!(x < 710))
		return HUGE_VAL;
	if (x < -746)
		return 0;
	power = floor(x / M_LN2 + 0.5);
	rest = x - power * LN2_HIGH - power * LN2_LOW;
	for (int i = TERMS; i > 0; i--)
		sum = 1 + rest * sum / i;
	return ldexp(sum, (int)power);
}

/*
 * 1/2 + f(x) (x + x^3 / 3 + x^5 / (3 5) + ...), with the density f
 * (Abramowitz, Stegun: Handbook of Mathematical Functions, 26.2.11).
 */
double portable_normal(double x)
{
	double term = x, sum = 0;

	if (x > 8.3)
		return 1; /* what is missing is below 2^-53 */
	for (int i = 3; sum + term > sum; i += 2) {
		sum += term;
		term *= x * x / i;
	}
	return 0.5 +
		sum * portable_exp(-x * x / 2) * (M_2_SQRTPI / 2 * M_SQRT1_2);
}

enum { DEGREE = 7 };

/* A quotient of polynomials, with the coefficient of x^i at i. */
struct rational {
	double above[DEGREE + 1], below[DEGREE + 1];
};

/*
 * Wichura: Algorithm AS 241, The Percentage Points of the Normal Distribution.
 * Applied Statistics 37, 1988: PPND16, near the middle, beside it and in the
 * tails.
 */
static const struct rational middle = {
	{3.3871328727963666080, 1.3314166789178437745e+2,
		1.9715909503065514427e+3, 1.3731693765509461125e+4,
		4.5921953931549871457e+4, 6.7265770927008700853e+4,
		3.3430575583588128105e+4, 2.5090809287301226727e+3},
	{1, 4.2313330701600911252e+1, 6.8718700749205790830e+2,
		5.3941960214247511077e+3, 2.1213794301586595867e+4,
		3.9307895800092710610e+4, 2.8729085735721942674e+4,
		5.2264952788528545610e+3},
};
static const struct rational side = {
	{1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
		3.64784832476320460504, 1.27045825245236838258,
		2.41780725177450611770e-1, 2.27238449892691845833e-2,
		7.74545014278341407640e-4},
	{1, 2.05319162663775882187, 1.67638483018380384940,
		6.89767334985100004550e-1, 1.48103976427480074590e-1,
		1.51986665636164571966e-2, 5.47593808499534494600e-4,
		1.05075007164441684324e-9},
};
static const struct rational tail = {
	{6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
		2.96560571828504891230e-1, 2.65321895265761230930e-2,
		1.24266094738807843860e-3, 2.71155556874348757815e-5,
		2.01033439929228813265e-7},
	{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
		1.48753612908506148525e-2, 7.86869131145613259100e-4,
		1.84631831751005468180e-5, 1.42151175831644588870e-7,
		2.04426310338993978564e-15},
};

static double polynomial(const double *coefficients, double x)
{
	double sum = coefficients[DEGREE];

	for (int i = DEGREE; i > 0; i--)
		sum = sum * x + coefficients[i - 1];
	return sum;
}

static double evaluate(const struct rational *function, double x)
{
	return polynomial(function->above, x) / polynomial(function->below, x);
}

double portable_normal_inverse(double p)
{
	double off = p - 0.5, r;

	if (fabs(off) <= 0.425)
		return off * evaluate(&middle, 0.180625 - off * off);
	r = sqrt(-portable_log(off < 0 ? p : 1 - p));
	r = r <= 5 ? evaluate(&side, r - 1.6) : evaluate(&tail, r - 5);
	return off < 0 ? -r : r;
}
