/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/nearest.h"

#include <stdint.h>
#include <string.h>

/* Levenshtein distance; SIZE_MAX for words that do not fit into `row`. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);

	if (n >= 64)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

const char *nearest_word(const char *word, const char *const *candidates)
{
	const char *nearest = NULL;
	size_t length = strlen(word), least = length / 2 + 1;

	if (length >= 64)
		return NULL;
	for (; *candidates; candidates++) {
		size_t distance = edit_distance(word, *candidates);

		/* "pthread" probably means pthread-map. */
		if (length >= 3 && strncmp(word, *candidates, length) == 0)
			distance = 1;
		if (distance < least) {
			least = distance;
			nearest = *candidates;
		}
	}
	return nearest;
}
