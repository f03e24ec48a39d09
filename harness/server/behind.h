/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command that runs in the near namespace of a link, with a server in the far
 * one. To be used in the second process of a guardian (guardian.h), so that all
 * processes end with either.
 */
#ifndef HARNESS_SERVER_BEHIND_H
#define HARNESS_SERVER_BEHIND_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/base/error.h"

struct address;
struct link;

struct behind {
	struct link *link;
	int listener; /* in the far namespace, at `port` */
	uint16_t port;
	const struct address *target; /* forward.h; NULL: a mock server */
	/* Of this file. */
	pid_t server, command;
	sigset_t signals; /* blocked while the command runs */
};

/*
 * Starts the server and then the command, which finds the server's URL in
 * FLAGRACE_URL, hands signals on to the command, and waits for its end. Returns
 * its exit status, 128 + N if signal N killed it, 126 or 127 if it cannot be
 * run; or -1 with *err: the server or the link has ended. In any case
 * behind_end has to be called. The process must have one thread and no other
 * children.
 */
int behind_run(struct behind *behind, char *const *words, struct fr_error *err);

/*
 * Kills the server, the command and what the command has left behind, closes
 * the listener, and frees the link.
 */
void behind_end(struct behind *behind);

#endif
