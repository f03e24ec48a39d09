/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/slots.h"

#include "harness/record/columns.h"

#define ROW struct slot_row
static const struct column slot_columns[] = {
	COLUMN(set, "", "1: the first set of blocks; 2: the one to confirm."),
	COLUMN(block, "", "The cell's block, voids counted; 0: warm-up."),
	COLUMN(scenario, "", "The cell's settings but its strategy."),
	COLUMN(strategy, "", "The cell's strategy."),
	COLUMN(side, "", "base, head, or copy: base again, as a control."),
	COLUMN(seed, "", "Seed of the server's delays."),
	COLUMN(verdict, "", "As in trials.csv."),
	COLUMN(reason, "", "As in trials.csv."),
	COLUMN(steal, "percent",
		"CPU time that a host took away during the trial."),
	COLUMN(pressure, "percent",
		"Share of the last 10 s in which a task waited for a CPU."),
	COLUMN(elapsed_ns, "ns", "As in trials.csv."),
	COLUMN(cpu_ns, "ns", "CPU time of the whole trial."),
	COLUMN(connections_opened, "connections", "As in trials.csv."),
};
#undef ROW

const struct row_schema slot_schema = {
	.file = "slots.csv",
	.row_size = sizeof(struct slot_row),
	.columns = slot_columns,
	.count = COLUMN_COUNT_OF(slot_columns),
};
