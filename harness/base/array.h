/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HARNESS_BASE_ARRAY_H
#define HARNESS_BASE_ARRAY_H

#include <stddef.h>

/*
 * Makes room for one more element behind `count` in *array, which has room for
 * *capacity elements of `size` bytes. Returns 0, or -ENOMEM with nothing
 * changed.
 */
int array_grow(void **array, size_t count, size_t *capacity, size_t size);

#endif
