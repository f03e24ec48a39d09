/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suite's keys are the command's options: the table that parses a command
 * line gives a file its meaning, too.
 */
#ifndef HARNESS_OPTIONS_SUITE_H
#define HARNESS_OPTIONS_SUITE_H

#include "harness/options/options.h"
#include "harness/plan/suite_file.h"
#include "harness/plan/sweep.h"

/*
 * Writes a suite's values into the settings of the table, over those that are
 * there. A scalar is read as on the command line; each entry of a list is a
 * value as it stands. Texts may stay the file's. Returns 0, or -1 with *err
 * naming file, line and column.
 */
int suite_apply(const struct suite_file *file,
	const struct option_spec *options, void *settings,
	struct fr_error *err);

/*
 * Reads an entry, "KEY=VALUES KEY=VALUES", into an empty sweep that the caller
 * releases in any case. Keys are those options whose values lie in a struct
 * sweep at the head of the table's settings. Returns 0, or -1 with *err.
 */
int suite_entry(struct sweep *sweep, const struct option_spec *options,
	const struct text *entry, struct fr_error *err);

#endif
