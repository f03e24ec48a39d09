/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of a check: one row per trial, with the disturbance of the machine
 * during it. The log shows why a block is void; it is never read back. The
 * schema is constant; any thread.
 */
#ifndef HARNESS_RECORD_CHECK_TRIALS_H
#define HARNESS_RECORD_CHECK_TRIALS_H

#include "harness/record/rows.h"

/* One line of the log. check_trial_schema has meanings and units. */
struct check_trial_row {
	uint64_t set;
	int64_t block;
	char scenario[ROWS_TEXT_MAX];
	char strategy[32];
	char side[8];
	uint64_t seed;
	char verdict[16];
	char reason[ROWS_TEXT_MAX];
	double steal;
	double pressure;
	uint64_t elapsed_ns;
	uint64_t cpu_ns;
	uint64_t connections_opened;
};

extern const struct row_schema check_trial_schema;

#endif
