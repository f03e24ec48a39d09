/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that stands for /, with the files that a test puts there. */
#ifndef TEST_ROOT_H
#define TEST_ROOT_H

#include "test_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Writes root + path, with the folders it takes; NULL: removes it. */
static inline void put(const char *root, const char *path, const char *text)
{
	char whole[512];
	FILE *file;

	(void)snprintf(whole, sizeof(whole), "%s%s", root, path);
	if (!text) {
		assert_int_equal(remove(whole), 0);
		return;
	}
	for (char *slash = whole + strlen(root) + 1;
		(slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		(void)mkdir(whole, 0777);
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The state is the folder's path. */
static inline int root_make(void **state)
{
	char root[] = "/tmp/flagrace-root-XXXXXX";

	assert_non_null(mkdtemp(root));
	*state = strdup(root);
	return 0;
}

static inline int root_remove(void **state)
{
	char command[128];

	(void)snprintf(command, sizeof(command), "rm -r %s", (char *)*state);
	assert_int_equal(system(command), 0);
	free(*state);
	return 0;
}

#endif
