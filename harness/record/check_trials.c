/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/check_trials.h"

#include "harness/record/columns.h"

#define ROW struct check_trial_row
static const struct column check_trial_columns[] = {
	COLUMN(set, "",
		"1: the first set of blocks; 2: the set that confirms."),
	COLUMN(block, "", "The cell's block, void ones included; 0: warm-up."),
	COLUMN(scenario, "", "The cell's settings without its strategy."),
	COLUMN(strategy, "", "The cell's strategy."),
	COLUMN(side, "", "base, head, or copy: base again, as a control."),
	COLUMN(seed, "", "Seed of the server's delays."),
	COLUMN(verdict, "", "As in trials.csv."),
	COLUMN(reason, "", "As in trials.csv."),
	COLUMN(steal, "percent",
		"CPU time that the hypervisor took during the trial."),
	COLUMN(pressure, "percent",
		"Share of the last 10 s in which a task waited for a CPU."),
	COLUMN(elapsed_ns, "ns", "As in trials.csv."),
	COLUMN(cpu_ns, "ns", "CPU time of the whole trial."),
	COLUMN(connections_opened, "connections", "As in trials.csv."),
};
const struct row_schema check_trial_schema =
	SCHEMA_OF(check_trial_columns, "check_trials.csv");
#undef ROW
