/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads short texts such as "uniform:20ms,200ms" from left to right, and
 * reports what is wrong, at which column, with an example of what is right.
 * Pure.
 *
 * Every spec_take_* moves past what it took and the blanks after it, and
 * returns 0; or it returns -EINVAL, as spec_fail does.
 */
#ifndef MOCK_SERVER_SPEC_H
#define MOCK_SERVER_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mock_server/mock_server.h"

#define SPEC_DURATION_MAX_NS 3600000000000u /* an hour */

/* A text that is being read. The texts are the caller's. */
struct spec {
	const char *what; /* "latency" */
	const char *text;
	const char *good; /* "50ms or uniform:20ms,200ms" */
	struct mock_error *err;
	size_t at;
};

/* Starts at the first column that is not blank. */
void spec_init(struct spec *spec, const char *what, const char *text,
	const char *good, struct mock_error *err);

/* Fails at column `at` (from 0) of the text: returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int spec_fail(
	const struct spec *spec, size_t at, const char *format, ...);

/* Takes the word if it comes next. Returns whether it did. */
bool spec_take(struct spec *spec, const char *word);

/* ","; `next` names what must follow it, for the error. */
int spec_take_comma(struct spec *spec, const char *next);

/* "1.5ms"; rounded down, at most SPEC_DURATION_MAX_NS. */
int spec_take_duration(struct spec *spec, uint64_t *ns);

/* A plain number such as -3.2, from -1e6 to 1e6. */
int spec_take_number(struct spec *spec, double *number);

/* "5%" or "0.05": within 0..1. */
int spec_take_share(struct spec *spec, double *share);

/* "30kB", "1.5MB", "64KiB": whole bytes, up to 1e12. */
int spec_take_bytes(struct spec *spec, uint64_t *bytes);

/* "64kB/s", from 1 to 1e12 bytes per second. */
int spec_take_bytes_per_s(struct spec *spec, uint64_t *bytes_per_s);

/* Fails unless the text is at its end. */
int spec_end(struct spec *spec);

#endif
