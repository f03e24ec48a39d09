/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mock server as the harness uses it: a process that the harness starts, or
 * a URL that the user gives. It is configured, and its witness is read, by HTTP
 * only. One thread. The caller that opens a server closes it.
 */
#ifndef HARNESS_SERVER_SERVER_H
#define HARNESS_SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/server/http.h"
#include "harness/server/witness.h"

struct link;

/*
 * The scheduling of the server's process, for server_changed. Any process of
 * the same user may change it, and so the times of trials. Each member is a
 * hash over all threads.
 */
struct server_scheduling {
	uint64_t policy; /* with real-time priority and deadline parameters */
	uint64_t nice;
	uint64_t cpus;
	unsigned threads; /* 0: unknown, the process has ended */
};

struct server {
	struct http_client http;
	char url[200]; /* such as http://127.0.0.1:8001 */
	/* By which trials may reach it, at link_url; NULL: there is none. */
	struct link *link;
	bool may_link; /* cells may ask for a link; one is only planned if NULL */
	char link_url[64];
	/* The file of server_ask_authority, and its descriptor; NULL: none. */
	char *authority;
	int authority_fd;
	bool witness;   /* a flagrace server on this host */
	uint64_t epoch; /* of the last server_configure */
	/* Earlier trials, and how many of their requests may still arrive. */
	struct witness_earlier earlier;
	uint64_t stragglers;
	/* Connections that are open between trials: ours, other agents'. */
	uint64_t idle_connections;
	pid_t pid;                           /* our child; 0: not ours */
	struct server_scheduling scheduling; /* see server_changed */
	int output; /* its standard output; -1: not ours */
	int errors; /* its standard error, a file in memory; -1: none */
	/* For /_flagrace/, in a page that children do not get; NULL: none. */
	char *token;
};

/* Sets all members to "none", so that server_close is allowed. */
void server_init(struct server *server);

/* The terms of a server that is started. */
enum {
	/*
	 * Only this process may use /_flagrace/, and trials may not. A server
	 * that flagrace processes of other versions configure cannot be guarded.
	 */
	SERVER_GUARDED = 1 << 0,
	/* Its latency may be a trace, so the server may read files. */
	SERVER_TRACES = 1 << 1,
};

/*
 * Starts `flagrace serve` on a free port of loopback and waits until it is
 * ready. The server ends with this process in every case; if it ends earlier,
 * later requests fail with an error that says how it ended. Returns 0 or -1.
 */
int server_start(struct server *server, unsigned terms, struct fr_error *err);

/*
 * Starts a server that judges trials: also records its scheduling, before any
 * plug-in is loaded. See server_changed.
 */
int server_start_to_judge(
	struct server *server, unsigned terms, struct fr_error *err);

/*
 * The same with a link (link/link.h): the server accepts clients on loopback
 * and in the link's far namespace.
 */
int server_start_with_link(
	struct server *server, unsigned terms, struct fr_error *err);

/*
 * Joins the link of the process that started this server, which is open. fd is
 * as for link_join. Returns 0 or -1.
 */
int server_join_link(struct server *server, int fd, struct fr_error *err);

/*
 * Uses the server at url instead. witness: it must be a flagrace server.
 * Returns 0 or -1.
 */
int server_attach(struct server *server, const char *url, bool witness,
	struct fr_error *err);

/*
 * Uses any server: url is http://HOST[:PORT] or https://HOST[:PORT], with an
 * optional path. The server is a witness if it is a flagrace server on this
 * host, because only then its clock is ours; its url must not have a path.
 * Returns 0 or -1.
 */
int server_use(struct server *server, const char *url, struct fr_error *err);

/*
 * For a server that is not a witness, the next four functions do nothing; the
 * figures are 0 and the witness is empty.
 *
 * Sends settings as a form ("latency=50ms&seed=7"), which starts a new epoch
 * with an empty witness. If the server rejects a setting, *err has EXIT_USAGE
 * and the server's message. Returns 0 or -1.
 */
int server_configure(
	struct server *server, const char *form, struct fr_error *err);

/*
 * Asks the server, once, for the certificate of the authority that it was
 * started with, and keeps the certificate in the file server->authority, which
 * this process and its children can read. Returns 0, or -1 with *err: the
 * server speaks no TLS, or has a certificate of the user's.
 */
int server_ask_authority(struct server *server, struct fr_error *err);

enum { SERVER_ORIGIN_MAX = 208 };

/*
 * Writes the server's url, or that through its link; of a flagrace server also
 * with https.
 */
void server_origin(char origin[SERVER_ORIGIN_MAX], const struct server *server,
	bool linked, bool secure);

/* Reads the CPU time that the server has used, in ns. Returns 0 or -1. */
int server_cpu_ns(
	struct server *server, uint64_t *cpu_ns, struct fr_error *err);

/* The connections that are open, ours included. Returns 0 or -1. */
int server_connections(
	struct server *server, uint64_t *count, struct fr_error *err);

/*
 * Reads all requests since server_configure, of this trial and others. The
 * caller calls witness_release. Returns 0 or -1.
 */
int server_witness(struct server *server, const char *trial,
	struct witness *witness, struct fr_error *err);

/*
 * Adds the list of connections to a witness that server_witness has read, and
 * makes its sums of connections those of that list. Older servers have no such
 * list. Returns 0, or -1 with *err, and the witness is released or as it was.
 */
int server_witness_connections(
	struct server *server, struct witness *witness, struct fr_error *err);

/*
 * Tells what has changed in the scheduling of our server since
 * server_start_to_judge, in words that follow "the server's". NULL: nothing, or
 * the server is not ours.
 */
const char *server_changed(const struct server *server);

/* Ends the server if it is ours, and its link, and waits for their end. */
void server_close(struct server *server);

#endif
