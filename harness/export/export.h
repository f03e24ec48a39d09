/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes runs into an SQLite database, for programs that ask in SQL. The tables
 * runs, cells, trials, requests and connections have the columns of run.json's
 * host, of summary.csv, trials.csv, requests.csv and connections.csv, made from
 * the same tables of columns; docs/EXPORT.md describes them. One thread.
 */
#ifndef HARNESS_EXPORT_EXPORT_H
#define HARNESS_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

struct export_terms {
	const char *const *run_dirs; /* at least one */
	size_t runs;
	const char *out; /* path of the database */
	bool force;      /* replace a file that no export made */
	int stop_fd;     /* see interrupt.h */
};

/* What the database holds. */
struct export_counts {
	uint64_t cells, trials, requests;
	uint64_t left_out; /* requests of trials that were cut off */
};

/*
 * Writes the database beside `out` and renames it, so `out` is complete or as
 * it was. An earlier export and an empty file are replaced, any other file only
 * with `force`. The memory does not grow with the requests. Returns 0, or -1
 * with *err: a run that cannot be read, a file that cannot be written, an
 * interrupt, or a flagrace that was built without SQLite.
 */
int export_sqlite(struct export_counts *counts,
	const struct export_terms *terms, struct fr_error *err);

#endif
