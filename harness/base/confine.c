/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/confine.h"

#include <stddef.h>
#include <sys/prctl.h>

#include "harness/base/confine_calls.h"
#include "harness/base/confine_files.h"

void confine_privileges(void)
{
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
}

#ifdef BUILD_UNCONFINED

void confine_server(const char *root, bool any_file)
{
	(void)root;
	(void)any_file;
	confine_privileges();
}

void confine_drawing(void)
{
	confine_privileges();
}

struct confinement confine_here(void)
{
	return (struct confinement){0};
}

#else

void confine_server(const char *root, bool any_file)
{
	const struct files_allowed allowed[] = {
		{any_file ? "/" : root, FILES_READ},
	};
	unsigned calls = CALLS_RIGHTS | CALLS_USERS | CALLS_SOCKETS |
		CALLS_PROCESSES | CALLS_PROGRAMS | CALLS_CHANGES;

	confine_privileges();
	confine_files(FILES_ALL, allowed, allowed[0].path ? 1 : 0);
	confine_calls(allowed[0].path ? calls : calls | CALLS_OPENING);
}

void confine_drawing(void)
{
	const struct files_allowed allowed[] = {{"/dev/null", FILES_WRITE}};

	confine_privileges();
	confine_files(FILES_WRITE, allowed, 1);
	/*
	 * gnuplot itself has to be executed, and insists on taking its own user
	 * when it starts.
	 */
	confine_calls(
		CALLS_RIGHTS | CALLS_SOCKETS | CALLS_PROCESSES | CALLS_CHANGES);
}

struct confinement confine_here(void)
{
	return (struct confinement){
		.files = confine_files_version(),
		.calls = confine_calls_possible(),
	};
}

#endif
