/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/runs/failing.h"

#include <gsl/gsl_cdf.h>
#include <limits.h>

double failing_p(struct failing its, struct failing other)
{
	/* GSL takes unsigned; halves of such large numbers say the same. */
	while (its.all + other.all > UINT_MAX / 2) {
		its = (struct failing){its.failed / 2, its.all / 2};
		other = (struct failing){other.failed / 2, other.all / 2};
	}
	if (!its.all || !other.all || !its.failed)
		return 1;
	return gsl_cdf_hypergeometric_Q((unsigned)its.failed - 1,
		(unsigned)(its.failed + other.failed),
		(unsigned)(its.all - its.failed + other.all - other.failed),
		(unsigned)its.all);
}

bool failing_more(struct failing its, struct failing other)
{
	return failing_p(its, other) <= FAILING_LEVEL;
}
