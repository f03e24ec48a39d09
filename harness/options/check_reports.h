/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reports that a check also writes to files: --report FORMAT=FILE. */
#ifndef HARNESS_OPTIONS_CHECK_REPORTS_H
#define HARNESS_OPTIONS_CHECK_REPORTS_H

#include "harness/base/error.h"
#include "harness/base/texts.h"
#include "harness/gate/check.h"

/*
 * Whether every text names a format of check_format_names and a file that can
 * be written, which is emptied: a report of an earlier check must not be taken
 * for this one's. Returns 0 or -1 with *err.
 */
int check_reports_prepare(const struct texts *reports, struct fr_error *err);

/*
 * Writes the report to all of them, also when one fails. Returns 0, or -1 with
 * *err telling of the first that did.
 */
int check_reports_write(const struct texts *reports,
	const struct check_report *report, struct fr_error *err);

#endif
