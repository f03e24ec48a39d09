/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of plots share: the folder of a run, and files of it. */
#ifndef TEST_PLOTS_H
#define TEST_PLOTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole file, ended by NUL; the caller's to free. NULL: not there. */
static inline char *slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &size, EOF, file) < 0) {
		free(text);
		text = NULL;
	}
	(void)fclose(file);
	return text;
}

static inline void assert_begins(const char *path, const char *start)
{
	char *text = slurp(path);

	assert_non_null(text);
	assert_memory_equal(text, start, strlen(start));
	free(text);
}

#endif
