/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check as people read it on a terminal. One thread; nothing is owned. */
#ifndef HARNESS_VIEW_CHECK_TABLE_H
#define HARNESS_VIEW_CHECK_TABLE_H

#include <stdio.h>

#include "harness/gate/check.h"

/*
 * Writes a line for each row, by scenario, the reasons below, and what it all
 * comes to. Whether out took it is the caller's to ask of it.
 */
void check_table_write(FILE *out, const struct check_report *report);

#endif
