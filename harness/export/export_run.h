/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds the rows of a run to the open database of an export. One thread. */
#ifndef HARNESS_EXPORT_EXPORT_RUN_H
#define HARNESS_EXPORT_EXPORT_RUN_H

#include "harness/export/export.h"
#include "harness/export/export_table.h"

struct export_tables {
	struct export_table runs, cells, trials, requests, connections;
};

/*
 * Creates the tables, which are empty. Returns 0, or -1 with *err; the
 * caller releases the tables in either case.
 */
int export_tables_open(
	struct export_tables *tables, sqlite3 *db, struct fr_error *err);

void export_tables_release(struct export_tables *tables);

/*
 * Adds the run in `dir` and counts its rows. run_id is its place among the runs
 * of the export, from 1. Returns 0, or -1 with *err, also when stop_fd reports
 * an interrupt.
 */
int export_run(struct export_tables *tables, struct export_counts *counts,
	const char *dir, int run_id, int stop_fd, struct fr_error *err);

#endif
