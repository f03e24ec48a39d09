/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitted sweeps: points, curve and what it says, or whole as CSV and JSON. */
#ifndef HARNESS_VIEW_SCALING_TABLE_H
#define HARNESS_VIEW_SCALING_TABLE_H

#include <stdio.h>

#include "harness/runs/scaling.h"
#include "harness/view/sheet.h"

/*
 * Writes the scaling to out, which stays the caller's and is flushed. Returns
 * 0, -ENOMEM, or -EIO when out did not take it.
 */
int scaling_write(
	FILE *out, const struct scaling *scaling, enum table_format format);

#endif
