/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run folder put together row by row, for tests: begin, change what matters
 * of the rows handed out, add, end. Fails the test when it cannot.
 */
#ifndef TESTS_UNIT_RUN_FIXTURE_H
#define TESTS_UNIT_RUN_FIXTURE_H

#include <stdint.h>

#include "harness/record/csv.h"
#include "harness/runs/summary.h"

struct run_fixture {
	const char *directory;
	struct csv_text trials, requests;
	uint64_t next_trial;
};

/* The folder is made if it is not there; its two files are replaced. */
void run_fixture_begin(struct run_fixture *fixture, const char *directory);

/*
 * A valid trial of 20 requests that took elapsed_ms, ideally 50; how they
 * ended is unknown.
 */
struct trial_row run_fixture_trial(struct run_fixture *fixture,
	const char *strategy, uint64_t concurrency, int64_t block,
	double elapsed_ms);

void run_fixture_add(struct run_fixture *fixture, const struct trial_row *row);

/* One request of that trial, by worker 0, done after `elapsed_ms`. */
void run_fixture_add_request(struct run_fixture *fixture,
	const struct trial_row *trial, const char *path, double elapsed_ms);

/* Adds that trial with so many of its requests answered, the others not. */
void run_fixture_add_ok(struct run_fixture *fixture, const char *strategy,
	uint64_t concurrency, double elapsed_ms, uint64_t ok);

/* Adds the trial above unchanged, with one request. */
void run_fixture_add_valid(struct run_fixture *fixture, const char *strategy,
	uint64_t concurrency, int64_t block, double elapsed_ms);

/* Writes both files. */
void run_fixture_end(struct run_fixture *fixture);

/* summary_create for one folder, by that clock and the usual reference. */
int run_fixture_summary(struct summary **out, const char *directory,
	enum summary_clock clock, struct fr_error *err);

#endif
