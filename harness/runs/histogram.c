/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Octave 0 has a bucket for each value below 2048. Octave k has the values of
 * 10 + k + 1 binary digits; their 11 leading digits choose the bucket.
 */
#include "harness/runs/histogram.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "harness/base/stats.h"

static const uint64_t BUCKETS = 1 << HISTOGRAM_BITS;

static unsigned octave_of(uint64_t value)
{
	return value < 2 * BUCKETS
		? 0
		: 63 - (unsigned)__builtin_clzll(value) - HISTOGRAM_BITS;
}

int histogram_add(struct histogram *histogram, uint64_t value)
{
	unsigned octave = octave_of(value);
	uint64_t bucket = octave ? (value >> octave) - BUCKETS : value;

	if (!histogram->octaves[octave]) {
		histogram->octaves[octave] =
			calloc(octave ? BUCKETS : 2 * BUCKETS,
				sizeof(*histogram->octaves[octave]));
		if (!histogram->octaves[octave])
			return -ENOMEM;
	}
	histogram->octaves[octave][bucket]++;
	if (!histogram->count || value < histogram->least)
		histogram->least = value;
	if (value > histogram->most)
		histogram->most = value;
	histogram->count++;
	histogram->sum += (double)value;
	return 0;
}

/* The middle of a bucket, but within the least and the most value. */
static double middle(
	const struct histogram *histogram, unsigned octave, uint64_t bucket)
{
	uint64_t low = octave ? (bucket + BUCKETS) << octave : bucket;
	double value = (double)low + (double)((UINT64_C(1) << octave) - 1) / 2;

	return fmin(
		fmax(value, (double)histogram->least), (double)histogram->most);
}

double histogram_quantile(const struct histogram *histogram, double p)
{
	uint64_t wanted = stats_rank(histogram->count, p), met = 0;

	if (!histogram->count)
		return NAN;
	if (wanted == 1)
		return (double)histogram->least;
	if (wanted >= histogram->count)
		return (double)histogram->most;
	for (unsigned k = 0; k < HISTOGRAM_OCTAVES; k++) {
		uint64_t buckets = k ? BUCKETS : 2 * BUCKETS;

		for (uint64_t b = 0; histogram->octaves[k] && b < buckets;
			b++) {
			met += histogram->octaves[k][b];
			if (met >= wanted)
				return middle(histogram, k, b);
		}
	}
	return (double)histogram->most;
}

double histogram_mean(const struct histogram *histogram)
{
	return histogram->count ? histogram->sum / (double)histogram->count
				: NAN;
}

void histogram_release(struct histogram *histogram)
{
	for (unsigned k = 0; k < HISTOGRAM_OCTAVES; k++)
		free(histogram->octaves[k]);
	*histogram = (struct histogram){.count = 0};
}
