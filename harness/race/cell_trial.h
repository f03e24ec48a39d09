/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One trial of a cell, from settings to row: the server is configured, the
 * strategy run, the witness heard, the account judged. Where rows go is the
 * caller's affair. The process must be as trial.h wants it.
 */
#ifndef HARNESS_RACE_CELL_TRIAL_H
#define HARNESS_RACE_CELL_TRIAL_H

#include <stdint.h>

#include "harness/judge/account.h"
#include "harness/plan/sweep.h"
#include "harness/record/rows.h"
#include "harness/server/server.h"
#include "mock_server/mock_server.h"

/*
 * The settings that the server is given for a cell: all that it has but the
 * nonce, because a setting that is not put in force keeps the value that
 * another client gave it. The texts are the cell's or lie in this struct.
 */
struct cell_settings {
	struct mock_setting list[SETTINGS_MAX + 2];
	size_t count;
	char texts[SETTINGS_MAX][SETTING_TEXT_MAX], seed[24];
};

/* The cell must outlive the settings, which may not be moved. */
void cell_settings_init(
	struct cell_settings *settings, const struct cell *cell, uint64_t seed);

/* What to run, and what to do with it. Everything is the caller's. */
struct cell_trial {
	const struct cell *cell;
	struct server *server;
	const char *const *urls; /* at least cell->requests */
	uint64_t seed;           /* of delays, faults and arrivals */
	int stop_fd;             /* as in struct trial_spec */
	/*
	 * Called once the trial is judged and its row complete; what account
	 * points to ends with the call. Returns 0 or -1 with *err. NULL: none.
	 */
	int (*record)(void *ctx, const struct account *account,
		const struct trial_row *row, struct fr_error *err);
	void *ctx;
};

enum cell_trial_outcome {
	CELL_TRIAL_JUDGED,  /* the row is complete, whatever its verdict */
	CELL_TRIAL_STOPPED, /* by the user */
	CELL_TRIAL_FAILED,  /* *err says why */
};

/*
 * Whether the system lets us have the cell's sockets and the server takes its
 * settings, which then are in force. Returns 0, or -1 with *err, of a setting
 * in the server's words.
 */
int cell_trial_check(struct server *server, const struct cell *cell,
	uint64_t seed, struct fr_error *err);

/*
 * Initializes a row with what is known of a cell's trial before it runs. Its
 * run, trial, suite and block are the caller's to fill in.
 */
void cell_trial_describe(
	const struct cell *cell, uint64_t seed, struct trial_row *row);

/* Runs it and fills in the rest of the row. */
enum cell_trial_outcome cell_trial_run(const struct cell_trial *trial,
	struct trial_row *row, struct fr_error *err);

/*
 * When a trial of the cell is given up: ns from its start. Returns 0 or -1
 * with *err.
 */
int cell_trial_deadline(const struct cell *cell, uint64_t seed,
	uint64_t *deadline_ns, struct fr_error *err);

#endif
