/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mock server as the harness meets it: a process that is started, or an
 * address that is given; configured, and asked as a witness, over HTTP only.
 * One thread. The caller that opens a server closes it.
 */
#ifndef HARNESS_SERVER_SERVER_H
#define HARNESS_SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/server/http.h"
#include "harness/server/witness.h"

/*
 * The scheduling of the server's process, for server_changed. Any process of
 * the same user may change it, and with it what a server's trials measure. Of
 * all threads; what is kept are hashes, to be compared.
 */
struct server_standing {
	uint64_t policy; /* with real-time priority and slice */
	uint64_t nice;
	uint64_t cpus;
	unsigned threads; /* 0: unknown, as of a process that is gone */
};

struct server {
	struct http_client http;
	char url[200]; /* http://127.0.0.1:PORT, or wherever it is */
	/* It is flagrace's and on this host: it is configured and asked. */
	bool witness;
	uint64_t epoch; /* of our settings, since server_configure */
	/* The trials before, and how many of their requests may still come. */
	struct witness_earlier earlier;
	uint64_t stragglers;
	pid_t pid;                       /* our child; 0 when it is not ours */
	struct server_standing standing; /* see server_changed */
	int output; /* its standard output; -1 when it is not ours */
	int words;  /* what it writes to standard error, or -1 */
	/* What it wants to be told, in a page no child has; NULL: nothing. */
	char *token;
};

/* A server that is nowhere yet; it may be closed. */
void server_init(struct server *server);

/*
 * Starts `flagrace serve` on a free port of loopback and waits until it is
 * ready. It ends with this process, however that ends; if it has ended before,
 * whatever is asked of it fails with how that was. `guarded`: nothing under
 * /_flagrace/ is answered to anybody else, the trials among them; not for a
 * server that processes of other versions are to configure. Returns 0 or -1.
 */
int server_start(struct server *server, bool guarded, struct fr_error *err);

/*
 * The same of a server by which trials are judged: it is noted how it stands
 * with the scheduler before a plug-in could be loaded. See server_changed.
 */
int server_start_to_judge(
	struct server *server, bool guarded, struct fr_error *err);

/*
 * Uses the server at url instead; with witness, it must be a flagrace server.
 * Returns 0 or -1.
 */
int server_attach(struct server *server, const char *url, bool witness,
	struct fr_error *err);

/*
 * Uses whatever server is at url, http://HOST[:PORT] or https://, perhaps with
 * a path behind. It is a witness if it is a flagrace server of this host, whose
 * clock is ours; of such a server a path is refused. Returns 0 or -1.
 */
int server_use(struct server *server, const char *url, struct fr_error *err);

/*
 * The next three ask nothing of a server that is no witness: there is nothing
 * to configure, no CPU time and an empty account.
 *
 * Puts settings in force, given as a form ("latency=50ms&seed=7"): a new epoch
 * with an empty witness. A setting the server refuses is a usage error in the
 * server's own words. Returns 0 or -1.
 */
int server_configure(
	struct server *server, const char *form, struct fr_error *err);

/* CPU time the server has used so far, in ns. Returns 0 or -1. */
int server_cpu_ns(
	struct server *server, uint64_t *cpu_ns, struct fr_error *err);

/*
 * All that it saw since server_configure, of that trial or not; witness_release
 * frees it. Returns 0 or -1.
 */
int server_witness(struct server *server, const char *trial,
	struct witness *witness, struct fr_error *err);

/*
 * What of our server, by its scheduler's account, is no longer as it was when
 * server_start_to_judge left it, in words that follow "the server's"; NULL: nothing, or it is
 * not ours.
 */
const char *server_changed(const struct server *server);

/* Stops the server if it is ours, and waits for it. */
void server_close(struct server *server);

#endif
