/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process of a server that the harness has started. For server.c only.
 */
#ifndef HARNESS_SERVER_SERVER_PROCESS_H
#define HARNESS_SERVER_SERVER_PROCESS_H

#include "harness/server/server.h"

/*
 * Starts it and waits until it has printed its URL. The terms are as in
 * server_start. listen_fd: a socket that listens already, on which the server
 * accepts clients, too; it stays the caller's, who may close it; -1: none.
 * Returns 0, or -1 with *err; the caller closes the server in both cases.
 */
int server_process_start(struct server *server, unsigned terms, int listen_fd,
	struct fr_error *err);

/* Records its scheduling for server_changed. */
void server_process_note_scheduling(struct server *server);

/*
 * Called after a failed exchange: if the server has ended, or ends within two
 * seconds, *err is replaced by how it ended and the last line that it wrote.
 */
void server_process_report_end(
	const struct server *server, struct fr_error *err);

/*
 * Kills it if it is ours, waits for it, copies its standard error to ours, and
 * releases what server_process_start allocated.
 */
void server_process_end(struct server *server);

#endif
