/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name of the item that a request is for: "<trial>/<item>/<attempt>", in
 * the field X-Flagrace-Item or, for clients that can send no such field, in a
 * query ?flagrace=. Pure.
 */
#ifndef MOCK_SERVER_ITEM_H
#define MOCK_SERVER_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ITEM_TRIAL_MAX 31

struct item {
	char trial[ITEM_TRIAL_MAX + 1]; /* [A-Za-z0-9._-]+; "": unnamed */
	uint32_t item;
	uint32_t attempt; /* from 1 */
};

/* Whether the bytes are a trial's name. */
bool item_trial_valid(const char *text, size_t length);

/* Parses the header's value. Returns 0, or -EINVAL. */
int item_parse(struct item *item, const char *text, size_t length);

/*
 * Reduces a query to the item's name. Returns false if the query has none.
 */
bool item_in_query(const char **text, size_t *length);

#endif
