/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name of an item in a request: TRIAL/ITEM/ATTEMPT. ATTEMPT numbers the
 * tries, from 1; the server draws each one's delay and fault. A request that is
 * sent again because its connection was closed is still the same attempt.
 */
#ifndef HARNESS_CLIENT_ITEM_NAME_H
#define HARNESS_CLIENT_ITEM_NAME_H

#include <stddef.h>
#include <string.h>

#include <flagrace/job.h>

enum {
	ITEM_DIGITS_MAX = 20,                    /* of a size_t */
	ITEM_NAME_MAX = 2 * ITEM_DIGITS_MAX + 1, /* of both numbers */
};

/* The number by which the server knows item i of the job. */
static inline size_t item_number(const struct fr_job *job, size_t i)
{
	return job->numbers ? job->numbers[i] : i;
}

/* Writes a number without a NUL; snprintf(3) takes ten times as long. */
static inline char *item_number_put(char *at, size_t number)
{
	char digits[ITEM_DIGITS_MAX];
	size_t length = 0;

	do {
		digits[ITEM_DIGITS_MAX - ++length] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	memcpy(at, digits + ITEM_DIGITS_MAX - length, length);
	return at + length;
}

/*
 * Writes ITEM/ATTEMPT, at most ITEM_NAME_MAX characters without a NUL, and
 * returns its end. It is called for each request.
 */
static inline char *item_name_put(
	char *at, size_t item, const struct fr_sample *sample)
{
	at = item_number_put(at, item);
	*at++ = '/';
	return item_number_put(at, sample->retries + 1u);
}

#endif
