/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HARNESS_BASE_ARRAY_H
#define HARNESS_BASE_ARRAY_H

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

/*
 * Makes room for one more element behind `count` in *array, which has room for
 * *capacity elements of `size` bytes. Returns 0, or -ENOMEM with nothing
 * changed.
 */
static inline int array_grow(
	void **array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 16;
	void *grown;

	if (count < *capacity)
		return 0;
	grown = realloc(*array, wanted * size);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*capacity = wanted;
	return 0;
}

#endif
