/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/array.h"

#include <errno.h>
#include <stdlib.h>

int array_grow(void **array, size_t count, size_t *capacity, size_t size)
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
