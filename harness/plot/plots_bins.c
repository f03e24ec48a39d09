/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plot/plots_bins.h"

#include <math.h>

#include "harness/base/values.h"

void bins_enter(struct bins *bins, double span_ns, uint64_t begin_ns,
	uint64_t end_ns, double height)
{
	double begin, end;
	size_t first, last;

	if (begin_ns == FR_UNKNOWN || end_ns == FR_UNKNOWN ||
		begin_ns > end_ns || !(span_ns > 0))
		return;
	bins->known = true;
	/* In bins. What ends after the trial's clock stopped ends with it. */
	begin = fmin((double)begin_ns / span_ns, 1) * (double)PLOTS_BINS;
	end = fmin((double)end_ns / span_ns, 1) * (double)PLOTS_BINS;
	first = (size_t)fmin(begin, PLOTS_BINS - 1);
	last = (size_t)fmin(end, PLOTS_BINS - 1);
	if (first == last) {
		bins->part[first] += height * (end - begin);
		return;
	}
	bins->part[first] += height * ((double)first + 1 - begin);
	bins->part[last] += height * (end - (double)last);
	bins->steps[first + 1] += height;
	bins->steps[last] -= height;
}

double bins_mean(const struct bins *bins, size_t bin, double *filling)
{
	*filling += bins->steps[bin];
	/* More digits than can be seen would only make the file longer. */
	return bins->known ? round(100 * (*filling + bins->part[bin])) / 100
			   : NAN;
}
