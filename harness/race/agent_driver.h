/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drives the agent of a binary: starts `BINARY agent`, orders trials and reads
 * their rows, one at a time, each within a deadline. Whatever the binary is or
 * does, the caller gets an error in its own words and goes on living.
 *
 * The process that drives stays single threaded. The caller that opens an
 * agent closes it.
 */
#ifndef HARNESS_RACE_AGENT_DRIVER_H
#define HARNESS_RACE_AGENT_DRIVER_H

#include <stdint.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/race/agent_order.h"
#include "harness/record/rows.h"

/* An answer is a row, or an error; this is several times the longest. */
enum { AGENT_ANSWER_MAX = 65536 };

/* How long an agent may take for what is not its trial's own time. */
#define AGENT_PATIENCE_NS UINT64_C(30000000000)

struct agent {
	char binary[256]; /* as it was given, for errors; cut if longer */
	char version[32]; /* its flagrace's version, as it told */
	char host[64];    /* where it runs, as it told; "": it did not */
	pid_t pid;
	int socket;  /* its standard input and output */
	int stop_fd; /* the caller's */
	/* For all it does but its trials. agent_open sets it. */
	uint64_t patience_ns;
	size_t have; /* bytes of answer that have been read */
	char answer[AGENT_ANSWER_MAX];
};

/*
 * Starts binary, a path or a name to be found in PATH; NULL is the program
 * that is running. It uses the server at url, or one of its own when that is
 * NULL. Returns once it has said which version it is, or -1 with *err: it
 * cannot be started, is no flagrace, speaks another version of the protocol,
 * or has other columns. When stop_fd (-1: none) becomes readable, waiting
 * ends, here and below, with *err of status EXIT_INTERRUPTED.
 */
int agent_open(struct agent *agent, const char *binary, const char *url,
	int stop_fd, struct fr_error *err);

/*
 * Has a trial run and reads its row, whatever the trial's verdict. Returns 0,
 * or -1 with *err: what it said (EXIT_USAGE: it refuses this order and may be
 * given another), or that it died, was late or talked nonsense (EXIT_INVALID:
 * it is of no use any more).
 */
int agent_run(struct agent *agent, const struct agent_order *order,
	struct trial_row *row, struct fr_error *err);

/*
 * Lets it end, kills it after five seconds, and waits for it. An agent that
 * could not be opened may be closed too.
 */
void agent_close(struct agent *agent);

#endif
