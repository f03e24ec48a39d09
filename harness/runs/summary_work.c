/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which order groups are shown: by what was done, in the order in which a
 * plan makes its product. The order of the file is no use, it is shuffled.
 */
#include <string.h>

#include "harness/base/values.h"
#include "harness/runs/summary_cells.h"

enum { DURATION_BITS = 62 }; /* of the longest: 146 years */

static int compare_counts(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Durations by their length, whatever their unit; others come after them. */
static int compare_texts(const char *a, const char *b)
{
	const uint64_t most = UINT64_C(1) << DURATION_BITS;
	uint64_t x = FR_UNKNOWN, y = FR_UNKNOWN;
	int order;

	(void)parse_duration(a, "", 0, most, &x, NULL);
	(void)parse_duration(b, "", 0, most, &y, NULL);
	order = compare_counts(x, y);
	return order ? order : strverscmp(a, b);
}

int cells_compare_work(const struct summary_row *a, const struct summary_row *b)
{
	const int orders[] = {
		compare_counts(a->requests, b->requests),
		compare_texts(a->latency, b->latency),
		compare_counts(a->payload_bytes, b->payload_bytes),
		compare_counts(a->timeout_ns, b->timeout_ns),
		strverscmp(a->fault, b->fault),
		compare_counts(a->capacity, b->capacity),
		strverscmp(a->bandwidth, b->bandwidth),
		strverscmp(a->arrivals, b->arrivals),
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (orders[i])
			return orders[i];
	}
	return 0;
}
