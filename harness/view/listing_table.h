/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures by group as tables for people, or whole as CSV and JSON. */
#ifndef HARNESS_VIEW_LISTING_TABLE_H
#define HARNESS_VIEW_LISTING_TABLE_H

#include <stdio.h>

#include "harness/runs/listing.h"
#include "harness/view/sheet.h"

/*
 * Writes the listing to out, which stays the caller's and is flushed: for
 * people a table per metric, without the keys that all groups share. Returns
 * 0, -ENOMEM, or -EIO when out did not take it.
 */
int listing_write(
	FILE *out, const struct listing *listing, enum table_format format);

#endif
