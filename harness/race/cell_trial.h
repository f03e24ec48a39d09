/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs one trial of a cell: configures the server, runs the strategy, reads the
 * witness's rows, judges the account and fills in the row. The caller records
 * the row. The process must fulfil the conditions of trial.h.
 */
#ifndef HARNESS_RACE_CELL_TRIAL_H
#define HARNESS_RACE_CELL_TRIAL_H

#include <stdint.h>

#include "harness/account/account.h"
#include "harness/plan/sweep.h"
#include "harness/record/rows.h"
#include "harness/server/server.h"
#include "harness/trial/trial.h"

struct cell_trial;

/*
 * Hosts that make the load in place of a child of this process: see
 * harness/hosts/crew.h.
 */
struct trial_hosts {
	unsigned count;   /* of those that are left */
	unsigned minimum; /* with fewer, the run ends */
	/* As trial_run, of a cell's trial. */
	int (*run)(void *ctx, struct trial_result *result,
		const struct cell_trial *trial, const struct trial_spec *spec,
		struct fr_error *err);
	void *ctx;
};

/* A trial to run. The caller owns everything. */
struct cell_trial {
	const struct cell *cell;
	struct server *server;
	/* At least cell->requests; if the cell has a link, of its server. */
	const char *const *urls;
	/* For https URLs, as in struct fr_http. */
	const char *authorities;
	bool any_certificate;
	uint64_t seed;             /* of delays, faults, arrivals and link */
	int stop_fd;               /* as in struct trial_spec */
	struct trial_hosts *hosts; /* NULL: none but this process */
	const char *run;           /* the folder of the run; NULL: none */
	/*
	 * Called when the trial has been judged and its row is complete. The
	 * account is valid only during the call. Returns 0 or -1 with *err.
	 * NULL: none.
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
 * Checks the limits of cell_limits.h with so many hosts, and that the server accepts the cell's
 * settings, which take effect. Returns 0, or -1 with *err, which for a setting
 * is the server's message.
 */
int cell_trial_check(struct server *server, const struct cell *cell,
	unsigned hosts, uint64_t seed, struct fr_error *err);

/*
 * Initializes a row with what is known before the trial runs. The caller fills
 * in run, trial, suite and block.
 */
void cell_trial_describe(
	const struct cell *cell, uint64_t seed, struct trial_row *row);

/* Runs the trial and fills in the rest of the row. */
enum cell_trial_outcome cell_trial_run(const struct cell_trial *trial,
	struct trial_row *row, struct fr_error *err);

/* A host's share of a trial. The caller owns everything. */
struct cell_share {
	const struct cell *cell;
	unsigned host, hosts;    /* which of how many, from 0 */
	const char *const *urls; /* of all items of the cell */
	const char *trial;       /* as in struct trial_spec */
	bool unwitnessed;        /* as in struct trial_spec */
	uint64_t seed;
	int stop_fd;
	bool (*before_go)(void *ctx); /* as in struct trial_spec */
	void *ctx;
};

/*
 * Runs a host's share of a trial of a cell. Its samples are those of the host's
 * items, in order. Returns as trial_run does.
 */
int cell_share_run(struct trial_result *result, const struct cell_share *asked,
	struct fr_error *err);

/*
 * The time, in ns from its start, after which a trial of the cell is killed.
 * Returns 0 or -1 with *err.
 */
int cell_trial_deadline(const struct cell *cell, uint64_t seed,
	uint64_t *deadline_ns, struct fr_error *err);

#endif
