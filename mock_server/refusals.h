/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which tries of items were refused once (FAULT_REFUSED), so that they are
 * served when they come again. Guarded by the service's lock.
 */
#ifndef MOCK_SERVER_REFUSALS_H
#define MOCK_SERVER_REFUSALS_H

#include <stdbool.h>

#include "mock_server/item.h"

/* Zeroed at first. */
struct refusals {
	void *tree; /* of tsearch(3) */
};

/*
 * Notes that the attempt at an item is refused. Returns false, and it is not to
 * be refused, if it was before, or if there is no memory.
 */
bool refusals_add(struct refusals *refusals, const struct item *item);

/* Forgets all, and releases the memory. */
void refusals_clear(struct refusals *refusals);

#endif
