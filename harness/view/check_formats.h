/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A check in the forms in which people and other programs read one. What the
 * programs' formats are, and what of a report they can hold, stands in
 * docs/CI.md. Whatever texts a report has, they come out as texts: escaped as
 * the format has it. One thread; nothing is owned.
 */
#ifndef HARNESS_VIEW_CHECK_FORMATS_H
#define HARNESS_VIEW_CHECK_FORMATS_H

#include <stdio.h>

#include "harness/gate/check.h"

enum check_format {
	CHECK_TABLE,             /* for a terminal */
	CHECK_CSV,               /* the columns of check_schema */
	CHECK_JSON,              /* docs/check.schema.json */
	CHECK_MARKDOWN,          /* for a pull request */
	CHECK_ANNOTATIONS,       /* GitHub's ::error, ::warning and ::notice */
	CHECK_JUNIT,             /* XML: a test case for each row */
	CHECK_SMALLER_IS_BETTER, /* github-action-benchmark: head's medians */
	CHECK_GOOGLE_BENCHMARK,  /* JSON: medians of base and head */
	CHECK_GO_BENCHMARK,      /* text for benchstat: the same */
};

/* What the formats are called on a command line, in that order, up to NULL. */
extern const char *const check_format_names[];

/*
 * Writes the report to out, which stays the caller's and is flushed. Returns
 * 0, -ENOMEM, or what out failed with, such as -ENOSPC.
 */
int check_write(
	FILE *out, const struct check_report *report, enum check_format format);

#endif
