/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/export/export_run.h"

#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"
#include "harness/base/interrupt.h"
#include "harness/export/export_facts.h"
#include "harness/record/csv.h"
#include "harness/runs/summary.h"
#include "harness/runs/trials.h"

/* Rows between two looks for an interrupt. */
enum { ROWS_PER_LOOK = 4096 };

/* clang-format off */
#define CELLS_LEAD \
	"\tcell_id INTEGER PRIMARY KEY,\n" \
	"\trun_id INTEGER NOT NULL REFERENCES runs,\n"
#define TRIALS_LEAD \
	"\ttrial_id INTEGER PRIMARY KEY,\n" \
	"\trun_id INTEGER NOT NULL REFERENCES runs,\n" \
	"\tcell_id INTEGER REFERENCES cells, -- NULL: only in the warm-up\n"
#define REQUESTS_LEAD \
	"\ttrial_id INTEGER NOT NULL REFERENCES trials,\n"
/* clang-format on */

/* A trial of the run, by the name that its requests have. */
struct known_trial {
	char name[sizeof(((struct trial_row *)0)->trial)];
	int64_t trial_id;
};

struct run_reader {
	struct export_tables *tables;
	struct export_counts *counts;
	int run_id, stop_fd;
	uint64_t rows;              /* of requests, so far */
	struct known_trial *trials; /* owned; sorted by name for requests */
	size_t count, capacity;
	const struct known_trial *current; /* of the last request; or NULL */
};

int export_tables_open(
	struct export_tables *tables, sqlite3 *db, struct fr_error *err)
{
	*tables = (struct export_tables){0};
	if (export_table_open(&tables->runs, db, "runs", EXPORT_FACTS_LEAD,
		    EXPORT_FACTS_LEADS, &host_schema, err) ||
		export_table_open(&tables->cells, db, "cells", CELLS_LEAD, 2,
			&summary_schema, err) ||
		export_table_open(&tables->trials, db, "trials", TRIALS_LEAD, 3,
			&trial_schema, err) ||
		export_table_open(&tables->requests, db, "requests",
			REQUESTS_LEAD, 1, &request_schema, err))
		return -1;
	return 0;
}

void export_tables_release(struct export_tables *tables)
{
	export_table_release(&tables->runs);
	export_table_release(&tables->cells);
	export_table_release(&tables->trials);
	export_table_release(&tables->requests);
}

static int bind_id(const struct export_table *table, int at, int64_t id,
	struct fr_error *err)
{
	int rc = sqlite3_bind_int64(table->insert, at, id);

	return rc ? export_fail(table->db, rc, err) : 0;
}

static int add_cells(
	struct run_reader *reader, const char *dir, struct fr_error *err)
{
	const struct summary_terms terms = {.clock = CLOCK_TOTAL};
	struct export_table *cells = &reader->tables->cells;
	struct summary *summary;
	int rc = summary_create(&summary, &dir, 1, &terms, err);

	if (!rc)
		rc = bind_id(cells, 2, reader->run_id, err);
	for (size_t i = 0; !rc && i < summary->count; i++) {
		rc = bind_id(cells, 1, (int64_t)++reader->counts->cells, err);
		if (!rc)
			rc = export_table_add(cells, &summary->rows[i], err);
	}
	summary_free(summary);
	return rc;
}

static int take_trial(void *ctx, size_t run, const struct trial_row *trial,
	struct fr_error *err)
{
	struct run_reader *reader = ctx;
	struct export_table *trials = &reader->tables->trials;
	struct known_trial *known;

	(void)run;
	if (array_grow((void **)&reader->trials, reader->count,
		    &reader->capacity, sizeof(*known)))
		return fr_error_memory(err);
	known = &reader->trials[reader->count++];
	memcpy(known->name, trial->trial, sizeof(known->name));
	known->trial_id = (int64_t)++reader->counts->trials;
	if (bind_id(trials, 1, known->trial_id, err))
		return -1;
	return export_table_add(trials, trial, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct known_trial *)a)->name,
		((const struct known_trial *)b)->name);
}

static int add_trials(
	struct run_reader *reader, const char *dir, struct fr_error *err)
{
	bool torn;

	if (bind_id(&reader->tables->trials, 2, reader->run_id, err) ||
		trials_read_all(dir, take_trial, reader, &torn, err))
		return -1;
	qsort(reader->trials, reader->count, sizeof(*reader->trials), by_name);
	return 0;
}

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	struct run_reader *reader = ctx;
	const struct request_row *request = row;

	if (reader->rows++ % ROWS_PER_LOOK == 0 &&
		interrupt_pending(reader->stop_fd))
		return fr_error_set(err, EXIT_INTERRUPTED, "interrupted");
	if (!reader->current ||
		strcmp(reader->current->name, request->trial) != 0) {
		struct known_trial key = {.trial_id = 0};

		memcpy(key.name, request->trial, sizeof(key.name));
		reader->current = bsearch(&key, reader->trials, reader->count,
			sizeof(key), by_name);
		if (reader->current &&
			bind_id(&reader->tables->requests, 1,
				reader->current->trial_id, err))
			return -1;
	}
	if (!reader->current) {
		reader->counts->left_out++;
		return 0;
	}
	reader->counts->requests++;
	return export_table_add(&reader->tables->requests, row, err);
}

int export_run(struct export_tables *tables, struct export_counts *counts,
	const char *dir, int run_id, int stop_fd, struct fr_error *err)
{
	struct run_reader reader = {.tables = tables,
		.counts = counts,
		.run_id = run_id,
		.stop_fd = stop_fd};
	int rc = export_facts(&tables->runs, dir, run_id, err);

	if (!rc)
		rc = add_cells(&reader, dir, err);
	if (!rc)
		rc = add_trials(&reader, dir, err);
	if (!rc)
		rc = requests_read(
			dir, &request_schema, take_request, &reader, err);
	free(reader.trials);
	return rc;
}
