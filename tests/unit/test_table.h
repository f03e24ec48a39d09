/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the table share: runs made up, and their table as a text. */
#ifndef TEST_TABLE_H
#define TEST_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>

#include "harness/view/table.h"
#include "tests/unit/run_fixture.h"

/* What table_write makes of that run; the caller's to free. */
static inline char *render(const char *run, enum table_format format)
{
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(
		run_fixture_summary(&summary, run, CLOCK_TOTAL, &err), 0);
	assert_int_equal(table_write(out, summary, format), 0);
	assert_int_equal(fclose(out), 0);
	summary_free(summary);
	return text;
}

#endif
