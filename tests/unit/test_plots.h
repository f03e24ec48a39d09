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

#include "harness/plot/plots.h"

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

static inline int draw_run(
	const char *run_dir, unsigned formats, struct fr_error *err)
{
	const struct plots_terms terms = {
		.run_dir = run_dir, .formats = formats, .stop_fd = -1};

	return plots_draw(&terms, err);
}

static inline void assert_holds(const char *path, const char *words)
{
	char *text = slurp(path);

	assert_non_null(text);
	if (!strstr(text, words))
		fail_msg("%s has no '%s'", path, words);
	free(text);
}

static inline void assert_lacks(const char *path, const char *words)
{
	char *text = slurp(path);

	assert_non_null(text);
	if (strstr(text, words))
		fail_msg("%s has '%s'", path, words);
	free(text);
}

#endif
