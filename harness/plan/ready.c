/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/ready.h"

#include <string.h>

#include "ready_suites.h"

static const struct ready_suite suites[] = {
#define READY(array, name) {name, array},
	SUITE_EACH(READY)
#undef READY
};

enum { SUITES = sizeof(suites) / sizeof(suites[0]) };

const struct ready_suite *ready_suite(size_t i)
{
	return i < SUITES ? &suites[i] : NULL;
}

const struct ready_suite *ready_find(const char *name)
{
	for (size_t i = 0; i < SUITES; i++)
		if (strcmp(suites[i].name, name) == 0)
			return &suites[i];
	return NULL;
}

const char *ready_question(const struct ready_suite *suite, int *length)
{
	const char *question = suite->text + strspn(suite->text, "# ");

	*length = (int)strcspn(question, "\n");
	return question;
}
