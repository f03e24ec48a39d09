/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/lateness.h"

#include <stddef.h>

/*
 * Times below 16 have a class each. Above, a class is the position of the
 * highest bit and the four bits after it.
 */
static size_t class_of(uint64_t ns)
{
	unsigned shift;

	if (ns < LATENESS_STEPS)
		return (size_t)ns;
	shift = 59u - (unsigned)__builtin_clzll(ns);
	return shift * LATENESS_STEPS + (size_t)(ns >> shift);
}

static uint64_t last_of(size_t class)
{
	size_t shift = class / LATENESS_STEPS;

	if (!shift)
		return class;
	shift--;
	return ((class - shift * LATENESS_STEPS + 1) << shift) - 1;
}

void lateness_add(struct lateness *lateness, uint64_t ns)
{
	lateness->count++;
	lateness->classes[class_of(ns)]++;
	if (ns > lateness->max_ns)
		lateness->max_ns = ns;
}

uint64_t lateness_quantile(const struct lateness *lateness, double share)
{
	double below = 0;

	for (size_t i = 0; i < LATENESS_CLASSES; i++) {
		uint64_t last = last_of(i);

		below += (double)lateness->classes[i];
		if (below > 0 && below >= share * (double)lateness->count)
			return last < lateness->max_ns ? last
						       : lateness->max_ns;
	}
	return 0;
}
