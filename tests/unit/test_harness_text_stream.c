/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text that is written as a stream is there, or an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "harness/base/text_stream.h"

/* The C library's own, in place of which it calls the next function. */
void *__libc_realloc(void *block, size_t size);

static bool is_exhausted;

__attribute__((visibility("default"))) void *realloc(void *block, size_t size)
{
	if (!is_exhausted)
		return __libc_realloc(block, size);
	errno = ENOMEM;
	return NULL;
}

static void a_text_is_what_was_written(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	fputs("a flag", stream);
	assert_int_equal(text_stream_close(stream, &text), 0);
	assert_string_equal(text, "a flag");
	free(text);
}

/* fclose(3) succeeds here. */
static void a_text_that_could_not_be_made_is_an_error(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	assert_non_null(stream);
	fputs("a flag", stream);
	is_exhausted = true;
	assert_int_equal(text_stream_close(stream, &text), -ENOMEM);
	is_exhausted = false;
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_what_was_written),
		cmocka_unit_test(a_text_that_could_not_be_made_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
