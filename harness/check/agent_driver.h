/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drives the agent of a binary: starts `BINARY agent`, orders trials and reads
 * their rows, one at a time, each within a deadline. Whatever the binary is or
 * does, the caller only gets an error that quotes it.
 *
 * The driving process stays single threaded. The caller that opens an agent
 * closes it.
 */
#ifndef HARNESS_CHECK_AGENT_DRIVER_H
#define HARNESS_CHECK_AGENT_DRIVER_H

#include <stdint.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/check/agent_order.h"
#include "harness/record/rows.h"

/* Several times the longest answer, which is a row or an error. */
enum { AGENT_ANSWER_MAX = 65536 };

/* How long an agent may take to answer, besides the trial itself. */
#define AGENT_PATIENCE_NS UINT64_C(30000000000)

struct agent {
	char binary[256]; /* as given, for errors; cut if longer */
	char version[32]; /* of its flagrace, from its greeting */
	char host[64];    /* from its greeting; "": unknown */
	pid_t pid;
	int socket;  /* its standard input and output */
	int stop_fd; /* the caller's */
	/* Time for an answer besides the trial; agent_open sets it. */
	uint64_t patience_ns;
	size_t have; /* bytes read into `answer` */
	char answer[AGENT_ANSWER_MAX];
};

/* How an agent is started. */
struct agent_command {
	const char *binary;  /* a path, or a name in PATH; NULL: this program */
	const char *url;     /* of the server to use; NULL: one of its own */
	const char *exec;    /* template that orders may name; NULL: none */
	const char *program; /* that of a resident program; NULL: none */
	int link_fd; /* by which it uses our link, see link_share; 0: none */
};

/*
 * Starts an agent. Returns 0 when it has sent its greeting, or -1 with *err:
 * the binary cannot be started, is not a flagrace, or has another version of
 * the protocol or of the columns. This call and agent_run stop waiting when
 * stop_fd (-1: none) becomes readable; *err then has the status
 * EXIT_INTERRUPTED.
 */
int agent_open(struct agent *agent, const struct agent_command *command,
	int stop_fd, struct fr_error *err);

/*
 * Orders a trial and reads its row, whatever the verdict. Returns 0, or -1 with
 * *err. EXIT_USAGE: the agent refuses this order, but can take another.
 * EXIT_INVALID: the agent failed, died, was late or sent no valid answer, and
 * cannot be used any more.
 */
int agent_run(struct agent *agent, const struct agent_order *order,
	struct trial_row *row, struct fr_error *err);

/*
 * Closes the agent's input, waits for the agent to end, and kills it after five
 * seconds. Does nothing if agent_open failed.
 */
void agent_close(struct agent *agent);

#endif
