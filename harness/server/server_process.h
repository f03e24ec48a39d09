/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The process of a server that is ours: started, and what became of it. For
 * server.c alone.
 */
#ifndef HARNESS_SERVER_SERVER_PROCESS_H
#define HARNESS_SERVER_SERVER_PROCESS_H

#include "harness/server/server.h"

/*
 * Starts it, `guarded` or not as in server_start, and waits until it has told
 * its URL. Returns 0, or -1 with *err; the caller closes the server in either
 * case.
 */
int server_process_start(
	struct server *server, bool guarded, struct fr_error *err);

/* Notes how it stands with the scheduler, for server_changed. */
void server_process_note(struct server *server);

/*
 * To be called when it does not answer: if it has ended, or does within two
 * seconds, *err says how, and what it wrote last, instead.
 */
void server_process_tell_end(const struct server *server, struct fr_error *err);

/*
 * Kills it if it is ours, waits for it, hands what it wrote to standard error
 * on to ours, and gives back what server_process_start took.
 */
void server_process_end(struct server *server);

#endif
