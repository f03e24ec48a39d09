/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of harness/ share: cmocka with what it needs included before
 * it, and checks of an error's words.
 */
#ifndef TEST_HARNESS_H
#define TEST_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "harness/base/error.h"

/* Fails, showing the text, unless it holds `words`. */
static inline void assert_says(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("'%s' does not say '%s'", text, words);
}

/* An error is one line without a full stop. */
static inline void assert_error(
	const struct fr_error *err, enum exit_status status, const char *words)
{
	assert_int_equal(err->status, status);
	assert_says(err->text, words);
	assert_null(strchr(err->text, '\n'));
	assert_true(err->text[strlen(err->text) - 1] != '.');
}

#endif
