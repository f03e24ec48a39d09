/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program as a strategy: what exec.c makes, and what exec_run.c runs, or
 * resident.c if the program is resident.
 */
#ifndef HARNESS_ROSTER_EXEC_RUN_H
#define HARNESS_ROSTER_EXEC_RUN_H

#include <sys/types.h>

#include <flagrace/strategy.h>

#include "harness/roster/exec.h"

struct exec {
	struct fr_strategy strategy; /* must be first: see exec_of */
	enum exec_kind kind;
	char name[64];
	char *here;   /* for {here} */
	char **words; /* with placeholders */
	char out[40]; /* for {out}; "": not used */
	/*
	 * EXEC_NOTE_MAX bytes of shared memory, for exec_note. The trial's
	 * process writes them. NULL: the program is not resident.
	 */
	char *note;
};

/* A program in its trial's process: job->priv. */
struct exec_run {
	char **argv;   /* ends with NULL */
	char *job;     /* the line that tells a resident program its job */
	pid_t pid;     /* of a resident program; 0: not running */
	int end;       /* its pidfd */
	int in, out;   /* pipes to its standard input, from its output */
	char said[64]; /* what was read from `out` and is no line yet */
	size_t have;   /* bytes of said */
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
	EXEC_PLAIN,
	EXEC_PLACEHOLDERS
};

/* Their names, without braces; NULL ends the list. */
extern const char *const exec_placeholders[EXEC_PLACEHOLDERS + 1];

/* The functions of struct fr_strategy for a program that is started by GO. */
int exec_setup(struct fr_job *job);
int exec_download_many(struct fr_job *job);
void exec_teardown(struct fr_job *job);

/* The same for a resident program. */
int resident_setup(struct fr_job *job);
int resident_download_many(struct fr_job *job);
void resident_teardown(struct fr_job *job);

static inline const struct exec *exec_of(const struct fr_job *job)
{
	return (const struct exec *)job->strategy;
}

/*
 * Starts the program of the job with these descriptors as its standard input
 * and output. Returns 0 or -errno, also if the program cannot be executed.
 */
int exec_start(pid_t *pid, const struct fr_job *job, int in, int out);

/* Ends this process by a signal that ended the program: the trial crashed. */
void exec_die_of(int signal);

/* Removes the files of a folder, but no folders in it. */
void exec_empty(const char *path);

#endif
