/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of summaries share. */
#ifndef TEST_SUMMARY_H
#define TEST_SUMMARY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "harness/runs/summary.h"
#include "tests/unit/run_fixture.h"

static const char folder[] = "run";

static inline void assert_near(double found, double expected)
{
	assert_true(fabs(found - expected) <= 1e-9 * fabs(expected) + 1e-9);
}

static inline struct summary *summarize(enum summary_clock clock)
{
	struct summary *summary;
	struct fr_error err = {.text = ""};

	assert_int_equal(run_fixture_summary(&summary, folder, clock, &err), 0);
	return summary;
}

#endif
