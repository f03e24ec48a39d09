/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures a server with a few requests, to make the mock server like it: how
 * long it takes to answer, how large the answer is, and what a connection costs.
 * The requests come one after another. The process must fulfil the conditions of
 * trial.h.
 */
#ifndef HARNESS_RACE_LIKE_H
#define HARNESS_RACE_LIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/base/error.h"

enum {
	LIKE_KEPT = 8,  /* requests on one connection, if the server keeps it */
	LIKE_FRESH = 3, /* requests on a connection each */
	LIKE_REQUESTS = LIKE_KEPT + LIKE_FRESH,
	LIKE_TIMEOUT_S = 10, /* of each */
};

/* What was measured. Times in ns. */
struct like {
	/* From the request to the first byte, on a connection that is there. */
	uint64_t least_ns, wait_ns, most_ns; /* wait_ns: the median */
	uint64_t connect_ns;                 /* the least time of TCP's */
	uint64_t tls_ns;                     /* the least of the handshake */
	uint64_t bytes;                      /* of the median body */
	bool secure;                         /* https */
};

/* The URL and what to trust. The caller owns all of it. */
struct like_target {
	const char *url;
	const char *authorities; /* as in struct fr_http */
	bool any_certificate;
	int stop_fd;
};

/*
 * Makes LIKE_REQUESTS requests of the URL. Returns 0, or -1 with *err: it is no
 * URL, or a request failed, or the user has interrupted.
 */
int like_measure(struct like *like, const struct like_target *target,
	struct fr_error *err);

/* The settings of a workload that is like the server. */
struct like_settings {
	char latency[64], payload[24], link[32], tls[8]; /* "": leave it */
};

/* linked: the round trip may be that of an emulated link. */
void like_settle(
	struct like_settings *settings, const struct like *like, bool linked);

#endif
