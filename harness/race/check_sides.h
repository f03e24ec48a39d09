/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sides of a check: base, head, and a copy of base as a control, each an
 * agent of its own. All are asked the same and share one server, so what they
 * differ in is the build, or the strategy.
 */
#ifndef HARNESS_RACE_CHECK_SIDES_H
#define HARNESS_RACE_CHECK_SIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/race/agent_driver.h"
#include "harness/server/server.h"

enum check_side {
	SIDE_BASE,
	SIDE_HEAD,
	SIDE_COPY, /* another file with base's bytes, driven like base */
};
enum { SIDE_COUNT = 3 };

extern const char *const check_side_names[SIDE_COUNT];

/* What the user named; NULL where that is this program, or the cell's own. */
struct check_builds {
	const char *base, *head;                   /* binaries */
	const char *base_strategy, *head_strategy; /* names or .so paths */
};

struct check_sides {
	struct server server;
	struct agent agents[SIDE_COUNT];
	char binaries[SIDE_COUNT][4096]; /* their paths */
	int copy; /* descriptor of the copy's file; -1: none */
	int stop_fd;
	uint64_t trials;
};

/*
 * Starts the server and the agents of builds' binaries. stop_fd as for
 * agent_open. Returns 0, or -1 with *err and nothing left open.
 */
int check_sides_open(struct check_sides *sides,
	const struct check_builds *builds, int stop_fd, struct fr_error *err);

/*
 * Whether base and head run on one host, as far as they tell: an agent may be
 * a script that leads to another.
 */
bool check_sides_share_host(const struct check_sides *sides);

/*
 * Has a trial of the cell run on that side. A side that refuses it, or dies of
 * it, gives a row that is not valid, with its words as the reason; one that
 * died is started anew. Returns 0, or -1 with *err: interrupted, or it cannot
 * be started any more.
 */
int check_sides_run(struct check_sides *sides, enum check_side side,
	const struct cell *cell, uint64_t seed, int64_t block,
	struct trial_row *row, struct fr_error *err);

void check_sides_close(struct check_sides *sides);

#endif
