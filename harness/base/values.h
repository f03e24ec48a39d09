/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses values that users write. */
#ifndef HARNESS_BASE_VALUES_H
#define HARNESS_BASE_VALUES_H

#include <stdint.h>

#include "harness/base/error.h"

/* A count, time or hash that is not known: an empty field in a file. */
#define FR_UNKNOWN UINT64_MAX

/*
 * Each parses a value within min..max; `what` names the value in the error.
 * Return 0, or -1 with *err filled in.
 */

/* Parses a whole number. */
int parse_number(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err);

/* Parses a size in bytes: 30000, 30kB, 1.5MB, 2GB, 64KiB, 1MiB, 1GiB. */
int parse_bytes(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err);

/* Parses a duration with its unit, such as 250us, 50ms or 1.5s, into ns. */
int parse_duration(const char *text, const char *what, uint64_t min,
	uint64_t max, uint64_t *value_ns, struct fr_error *err);

/* Parses a number of CPUs, perhaps with a fraction, from 0.01 to 4096. */
int parse_cpus(
	const char *text, const char *what, double *cpus, struct fr_error *err);

/* The bytes first to last of a body, both counted from 0: 0-999. */
int parse_range(const char *text, const char *what, uint64_t *first,
	uint64_t *last, struct fr_error *err);

#endif
