/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which item a request is for: "<trial>/<item>/<attempt>", in the header
 * X-Flagrace-Item, or in a query ?flagrace= for clients that can be given a
 * URL and no header. Pure.
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
 * Finds the value in a query: *text and *length become those of the value.
 * Returns whether there is one.
 */
bool item_in_query(const char **text, size_t *length);

#endif
