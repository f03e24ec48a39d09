/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which tries of items were refused once (FAULT_REFUSED), so that they are
 * served when they come again. Guarded by the service's lock.
 */
#ifndef MOCK_SERVER_REFUSALS_H
#define MOCK_SERVER_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>

#include "mock_server/item.h"
#include "mock_server/mock_server.h"

/* Each takes about 48 bytes of memory. */
enum { REFUSALS_MAX = MOCK_WITNESS_ROWS_MAX };

/* Zeroed at first. */
struct refusals {
	void *tree; /* of tsearch(3) */
	size_t count;
};

/*
 * Notes that the attempt at an item is refused. Returns false, and it is not to
 * be refused, if it was before, if REFUSALS_MAX are noted, or if there is no
 * memory.
 */
bool refusals_add(struct refusals *refusals, const struct item *item);

/* Forgets all, and releases the memory. */
void refusals_clear(struct refusals *refusals);

#endif
