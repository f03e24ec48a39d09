/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether programs can be strategies of a plan. */
#ifndef HARNESS_PLAN_PROGRAM_CHECK_H
#define HARNESS_PLAN_PROGRAM_CHECK_H

#include "harness/base/error.h"
#include "harness/plan/sweep.h"
#include "harness/roster/exec.h"

/*
 * Refuses a program that has the name of a built-in or of another program.
 * Returns 0, or -1 with
 * *err.
 */
int program_check_names(const struct exec_list *programs, struct fr_error *err);

/*
 * Some settings are for our client alone: refuses a cell whose strategy is a
 * program that cannot have its settings, and names all such programs. Returns
 * 0, or -1 with *err.
 */
int program_check_cell(const struct exec_list *programs,
	const struct cell *cell, struct fr_error *err);

#endif
