/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/export/export_run.h"

#include <stddef.h>
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
#define ROWS_LEAD \
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
	struct known_trial *trials; /* owned; sorted by name for their rows */
	size_t count, capacity;
};

/* Rows of the run's trials, of one file. */
struct rows_reader {
	const struct run_reader *run;
	struct export_table *table;
	size_t trial_offset; /* of the name of its trial in a row */
	uint64_t rows;       /* so far */
	uint64_t taken, left_out;
	const struct known_trial *current; /* of the last row; or NULL */
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
		export_table_open(&tables->requests, db, "requests", ROWS_LEAD,
			1, &request_schema, err) ||
		export_table_open(&tables->connections, db, "connections",
			ROWS_LEAD, 1, &connection_schema, err))
		return -1;
	return 0;
}

void export_tables_release(struct export_tables *tables)
{
	export_table_release(&tables->runs);
	export_table_release(&tables->cells);
	export_table_release(&tables->trials);
	export_table_release(&tables->requests);
	export_table_release(&tables->connections);
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

static int take_row(void *ctx, const void *row, struct fr_error *err)
{
	struct rows_reader *reader = ctx;
	const struct run_reader *run = reader->run;
	const char *trial = (const char *)row + reader->trial_offset;

	if (reader->rows++ % ROWS_PER_LOOK == 0 &&
		interrupt_pending(run->stop_fd))
		return fr_error_set(err, EXIT_INTERRUPTED, "interrupted");
	if (!reader->current || strcmp(reader->current->name, trial) != 0) {
		struct known_trial key = {.trial_id = 0};

		memcpy(key.name, trial, sizeof(key.name));
		reader->current = bsearch(
			&key, run->trials, run->count, sizeof(key), by_name);
		if (reader->current &&
			bind_id(reader->table, 1, reader->current->trial_id,
				err))
			return -1;
	}
	if (!reader->current) {
		reader->left_out++;
		return 0;
	}
	reader->taken++;
	return export_table_add(reader->table, row, err);
}

static int add_requests(
	struct run_reader *run, const char *dir, struct fr_error *err)
{
	struct rows_reader reader = {.run = run,
		.table = &run->tables->requests,
		.trial_offset = offsetof(struct request_row, trial)};
	int rc = requests_read(dir, &request_schema, take_row, &reader, err);

	run->counts->requests += reader.taken;
	run->counts->left_out += reader.left_out;
	return rc;
}

/* Those of a trial that was cut off are left out with its requests. */
static int add_connections(
	struct run_reader *run, const char *dir, struct fr_error *err)
{
	struct rows_reader reader = {.run = run,
		.table = &run->tables->connections,
		.trial_offset = offsetof(struct connection_row, trial)};

	return connections_read(dir, take_row, &reader, err);
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
		rc = add_requests(&reader, dir, err);
	if (!rc)
		rc = add_connections(&reader, dir, err);
	free(reader.trials);
	return rc;
}
