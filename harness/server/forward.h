/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forwards TCP connections from a socket that listens in one network namespace
 * to a server that can be reached from another one.
 */
#ifndef HARNESS_SERVER_FORWARD_H
#define HARNESS_SERVER_FORWARD_H

#include <stdint.h>

#include "harness/base/address.h"
#include "harness/base/error.h"

/*
 * Looks up HOST:PORT or [HOST]:PORT, written at `where`, and takes the first
 * address at which a server accepts connections; target->host is not set.
 * Returns 0, or -1 with *err.
 */
int forward_find(struct address *target, const char *text, const char *where,
	struct fr_error *err);

uint16_t forward_port(const struct address *target);

/*
 * Accepts clients from the listening, non-blocking socket, and connects each to
 * the target. Bounded: further clients wait. Returns -errno if it cannot go on.
 */
int forward_run(int listener, const struct address *target);

#endif
