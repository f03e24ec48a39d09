/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of the tree are hashes of 64 bits, kept in place of pointers. */
#include "mock_server/refusals.h"

#include <search.h>
#include <stdint.h>
#include <string.h>

#include "mock_server/xxh3.h"

static int by_key(const void *a, const void *b)
{
	uintptr_t left = (uintptr_t)a, right = (uintptr_t)b;

	return (left > right) - (left < right);
}

bool refusals_add(struct refusals *refusals, const struct item *item)
{
	uint64_t number = (uint64_t)item->item << 32 | item->attempt;
	uint64_t hash =
		XXH3_64bits_withSeed(item->trial, strlen(item->trial), number);
	void *key = (void *)(uintptr_t)(hash | 1); /* NULL is no key */

	if (refusals->count == REFUSALS_MAX ||
		tfind(key, &refusals->tree, by_key) ||
		!tsearch(key, &refusals->tree, by_key))
		return false;
	refusals->count++;
	return true;
}

static void keep(void *key)
{
	(void)key;
}

void refusals_clear(struct refusals *refusals)
{
	tdestroy(refusals->tree, keep);
	*refusals = (struct refusals){0};
}
