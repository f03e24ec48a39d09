/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as people write them, and what is wrong with them if they are not. */
#ifndef HARNESS_BASE_VALUES_H
#define HARNESS_BASE_VALUES_H

#include <stdint.h>

#include "harness/base/error.h"

/*
 * Parses a whole number within min..max, or a duration such as 250us, 50ms or
 * 1.5s into ns. `what` names the value in the error. Return 0 or -1.
 */
int parse_number(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err);
/* A size in bytes, with or without a unit: 30000, 30kB, 1.5MB, 64KiB, 1MiB. */
int parse_bytes(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err);
int parse_duration(const char *text, const char *what, uint64_t min,
	uint64_t max, uint64_t *value_ns, struct fr_error *err);

#endif
