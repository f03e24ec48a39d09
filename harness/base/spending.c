/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/spending.h"

size_t spending_next_look(size_t before, size_t first, size_t last)
{
	size_t next = before ? before + (before + 1) / 2 : first;

	if (before >= last)
		return 0;
	return next < last ? next : last;
}

double spending_level(double alpha, size_t before, size_t now, size_t last)
{
	return alpha * (double)(now - before) / (double)last;
}
