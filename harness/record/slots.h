/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of a check: a row for each trial, with what the machine did during
 * it. It shows why a block is void; no verdict is read from it.
 * The schema is constant; any thread.
 */
#ifndef HARNESS_RECORD_SLOTS_H
#define HARNESS_RECORD_SLOTS_H

#include "harness/record/rows.h"

/* A line of the log. Meanings and units stand in slot_schema. */
struct slot_row {
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

extern const struct row_schema slot_schema;

#endif
