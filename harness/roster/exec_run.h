/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program as a strategy: what exec.c makes, and exec_run.c runs. */
#ifndef HARNESS_ROSTER_EXEC_RUN_H
#define HARNESS_ROSTER_EXEC_RUN_H

#include <flagrace/strategy.h>

struct exec {
	struct fr_strategy strategy; /* must be first: see exec_of */
	char name[64];
	char *here;   /* for {here} */
	char **words; /* with placeholders */
	char out[40]; /* for {out}; "": not used */
};

/* The placeholders of a template; exec.h explains them. */
enum {
	EXEC_URL,
	EXEC_URLS,
	EXEC_URLS_CURL,
	EXEC_CONCURRENCY,
	EXEC_REQUESTS,
	EXEC_WORK_NS,
	EXEC_CACERT,
	EXEC_OUT,
	EXEC_HERE,
	EXEC_NOTHING,
	EXEC_PLACEHOLDERS
};

/* Their names, without braces; NULL ends the list. */
extern const char *const exec_placeholders[EXEC_PLACEHOLDERS + 1];

/* The functions of struct fr_strategy. */
int exec_setup(struct fr_job *job);
int exec_download_many(struct fr_job *job);
void exec_teardown(struct fr_job *job);

/* Removes the files of a folder, but no folders in it. */
void exec_empty(const char *path);

#endif
